"""What the tests of pages share: a nasty roster, the upload, and a worker that is a function."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.urls import reverse
from procrastinate.contrib.django.models import ProcrastinateJob

from ngangtam.records.intake import tasks
from ngangtam.records.intake.models import Batch

EVIL = "<script>alert(1)</script>"
FORMULA = "=cmd|' /C calc'!A0"
ROSTER = f"""STT,Họ và tên,Ngày sinh,Giới tính,Dân tộc,Ngày vào Đảng,Trình độ chuyên môn,Cột lạ
1,Nguyễn Văn Áo,05/03/1980,Nam,Kinh,03/02/2005,Đại học,"{FORMULA}"
2,TRẦN THỊ BÌNH,1975,Nữ,Tày,,Thạc sĩ,{EVIL}
3,Lê Văn Cường,31/02/1990,Nam,Thái,12/2010,Tiến sĩ,
,,12/12/1980,Nam,Kinh,,,không tên
Tổng cộng,4 người,,,,,,
"""
JOBS = {tasks.CHECK: tasks.check, tasks.COMMIT: tasks.commit, tasks.UNDO: tasks.undo}


@pytest.fixture
def work():
    """Carry out what is in line, in the order in which it was ordered; as the real worker does,
    remove what went well."""

    def run():
        names = []
        while job := ProcrastinateJob.objects.filter(status="todo").order_by("id").first():
            JOBS[job.task_name](**job.args)
            with connection.cursor() as cursor:
                cursor.execute("delete from procrastinate_events where job_id = %s", [job.pk])
                cursor.execute("delete from procrastinate_jobs where id = %s", [job.pk])
            names.append(job.task_name)
        return names

    return run


def csv_file(text=ROSTER, name="ds.csv"):
    return SimpleUploadedFile(name, text.encode(), content_type="text/csv")


def send(client, *files, **given):
    data = {"unit": "T1.NV", "post_title": "Chuyên viên", "posts": "one", "day": "01/03/2026"}
    return client.post(reverse("intake-upload"), {**data, "files": files, **given})


@pytest.fixture
def checked(client, lan, lan_department, work):
    """A roster of Lan's that was read and judged."""

    def bring(*files, **given):
        client.force_login(lan)
        response = send(client, *(files or [csv_file()]), **given)
        assert response.status_code == 302, response.content.decode()[:4000]
        work()
        return Batch.objects.latest("id")

    return bring


def at(batch, tab=""):
    return batch.get_absolute_url() + (f"?tab={tab}" if tab else "")


def commit(client, batch, work):
    response = client.post(reverse("intake-commit", args=[batch.pk]))
    work()
    batch.refresh_from_db()
    return response
