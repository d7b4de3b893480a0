"""What may be asked for by somebody who is not signed in."""

from django.contrib.auth.decorators import login_not_required

public = login_not_required
