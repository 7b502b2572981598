"""One operation makes all tables of a first migration, and takes them away again."""

import pytest
from django.db import connection, models
from django.db.migrations import AddField, CreateModel
from django.db.migrations.state import ProjectState

from oms.kernel.first_tables import CreateModels

pytestmark = pytest.mark.django_db


def house() -> CreateModels:
    key = ("id", models.BigAutoField(primary_key=True))
    return CreateModels(
        [
            CreateModel("Shelf", [key, ("code", models.CharField(max_length=9))]),
            CreateModel("Box", [key, ("shelf", models.ForeignKey("kernel.Shelf", models.CASCADE))]),
        ]
    )


def tables() -> set[str]:
    return set(connection.introspection.table_names()) & {"kernel_shelf", "kernel_box"}


@pytest.mark.parametrize("drawn", [True, False])
def test_tables_are_made_in_one_go_and_dropped_again(drawn: bool) -> None:
    before = ProjectState()
    if drawn:
        assert before.apps.get_models() == []
    after = before.clone()
    house().state_forwards("kernel", after)
    with connection.schema_editor() as editor:
        house().database_forwards("kernel", editor, before, after)
    assert tables() == {"kernel_shelf", "kernel_box"}
    with connection.schema_editor() as editor:
        house().database_backwards("kernel", editor, after, before)
    assert tables() == set()


def test_what_comes_after_it_sees_the_drawn_models() -> None:
    state = ProjectState()
    assert state.apps.get_models() == []
    house().state_forwards("kernel", state)
    AddField("box", "width_mm", models.IntegerField(null=True)).state_forwards("kernel", state)
    box = state.apps.get_model("kernel", "box")
    assert [field.name for field in box._meta.fields] == ["id", "shelf", "width_mm"]
    assert box._meta.get_field("shelf").related_model is state.apps.get_model("kernel", "shelf")
