"""The WSGI application that the web server loads."""

import os

from django.core.wsgi import get_wsgi_application

from ngangtam.foundation.kernel.processes import end_with_master

end_with_master()
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ngangtam.config.settings.prod")
os.environ.setdefault("NGANGTAM_WEB", "yes")
application = get_wsgi_application()
