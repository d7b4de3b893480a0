"""Pages of the room: the own month, a task, a unit's month, plan, catalogue and import."""

from django.urls import path

from ngangtam.stages.work.views import imports, own, plan, products, tasks, units

urlpatterns = [
    path("", own.own_work, name="own-work"),
    path("propose/", own.propose, name="task-propose"),
    path("files/<str:token>/", own.evidence, name="task-evidence"),
    path("tasks/<int:pk>/", tasks.task_detail, name="task-detail"),
    path("tasks/<int:pk>/done/", tasks.report_done, name="task-done"),
    path("tasks/<int:pk>/<slug:act>/", tasks.task_act, name="task-act"),
    path("evidence/<int:pk>/remove/", tasks.evidence_remove, name="task-evidence-remove"),
    path("units/", units.unit_home, name="unit-work-home"),
    path("units/<str:code>/", units.unit_work, name="unit-work"),
    path("units/<str:code>/confirm/", units.unit_confirm, name="unit-work-confirm"),
    path("units/<str:code>/assign/", units.unit_assign, name="unit-work-assign"),
    path("units/<str:code>/print/", units.unit_print, name="unit-work-print"),
    path("units/<str:code>/tasks.xlsx", units.unit_export, {"style": "xlsx"},
         name="unit-work-xlsx"),
    path("units/<str:code>/tasks.csv", units.unit_export, {"style": "csv"},
         name="unit-work-csv"),
    path("units/<str:code>/plan/", plan.unit_plan, name="unit-plan"),
    path("units/<str:code>/plan/add/", plan.plan_add, name="plan-add"),
    path("units/<str:code>/plan/print/", plan.plan_print, name="plan-print"),
    path("units/<str:code>/plan.xlsx", plan.plan_export, name="plan-xlsx"),
    path("units/<str:code>/products/", products.product_list, name="product-list"),
    path("units/<str:code>/products/add/", products.product_add, name="product-add"),
    path("products/<int:pk>/change/", products.product_change, name="product-change"),
    path("products/<int:pk>/end/", products.product_end, name="product-end"),
    path("units/<str:code>/import/", imports.task_import, name="task-import"),
    path("import/template.xlsx", imports.template, name="task-import-template"),
    path("imports/<int:pk>/", imports.import_detail, name="task-import-detail"),
    path("imports/<int:pk>/commit/", imports.import_commit, name="task-import-commit"),
    path("imports/<int:pk>/discard/", imports.import_discard, name="task-import-discard"),
]  # fmt: skip
