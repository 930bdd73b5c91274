"""Many columns in one step: Django builds every model anew for each operation of a migration, which adds up."""

from collections.abc import Sequence

from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState
from django.db.models import Field


class AddFields(Operation):
    """What ``AddField`` does, for these fields of one model at once."""

    reduces_to_sql = True
    reversible = True

    def __init__(self, model_name: str, fields: Sequence[tuple[str, Field]]) -> None:
        self.model_name, self.fields = model_name, fields

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        key = app_label, self.model_name
        state.models[key].fields.update(dict(self.fields))
        state.reload_model(*key, delay=True)

    def database_forwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        model, wanted = (state.apps.get_model(app_label, self.model_name) for state in (from_state, to_state))
        for name, field in self.fields:
            schema_editor.add_field(model, wanted._meta.get_field(name))
            model.add_to_class(name, field.clone())  # SQLite may build the table anew, of what the model knows

    def database_backwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        model = from_state.apps.get_model(app_label, self.model_name)
        for name, _field in reversed(self.fields):
            schema_editor.remove_field(model, model._meta.get_field(name))

    def describe(self) -> str:
        return f"Add {len(self.fields)} fields to {self.model_name}"
