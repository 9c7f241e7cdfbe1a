"""The database of the centre: schema, migrations, one writer."""
