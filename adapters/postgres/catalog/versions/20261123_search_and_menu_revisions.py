"""Restaurants are found by bands of latitude and by parts of words; menus have revisions."""

import sqlalchemy as sa
from alembic import op

revision = "dc39ecd51a0c"
down_revision = "969da9340a9b"
branch_labels = None
depends_on = None

# Statement triggers would look at every dish that an order takes; a row's WHEN costs nothing.
_REVISE = """
CREATE FUNCTION catalog.revise_menu() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
  UPDATE catalog.restaurants SET menu_revision = gen_random_uuid() WHERE id = NEW.restaurant_id;
  RETURN NULL;
END $$;
CREATE TRIGGER menu_items_changed AFTER UPDATE ON catalog.menu_items FOR EACH ROW
WHEN (
  (OLD.name, OLD.description, OLD.price, OLD.removed,
   OLD.available AND OLD.stock IS DISTINCT FROM 0)
  IS DISTINCT FROM
  (NEW.name, NEW.description, NEW.price, NEW.removed,
   NEW.available AND NEW.stock IS DISTINCT FROM 0)
)
EXECUTE FUNCTION catalog.revise_menu();
CREATE FUNCTION catalog.revise_longer_menus() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
  UPDATE catalog.restaurants SET menu_revision = gen_random_uuid()
  WHERE id IN (SELECT restaurant_id FROM added);
  RETURN NULL;
END $$;
CREATE TRIGGER menu_items_added AFTER INSERT ON catalog.menu_items
REFERENCING NEW TABLE AS added
FOR EACH STATEMENT EXECUTE FUNCTION catalog.revise_longer_menus();
"""


def upgrade() -> None:
    # Waiting for a lock makes everybody behind us wait too: rather fail and be run again.
    op.execute("SET LOCAL lock_timeout = '2s'")
    band = sa.Column(
        "band",
        sa.Integer(),
        sa.Computed("floor(lat * 100)::integer", persisted=True),
        nullable=False,
    )
    revision_ = sa.Column(
        "menu_revision", sa.Uuid(), server_default=sa.text("gen_random_uuid()"), nullable=False
    )
    op.add_column("restaurants", band, schema="catalog")
    op.add_column("restaurants", revision_, schema="catalog")
    op.drop_index(op.f("ix_restaurants_lat_lon"), table_name="restaurants", schema="catalog")
    op.create_index(
        op.f("ix_restaurants_band_lon"),
        "restaurants",
        ["band", "lon"],
        schema="catalog",
        postgresql_include=["lat", "id"],
    )
    op.create_index(
        op.f("ix_restaurants_name_cuisine"),
        "restaurants",
        ["name", "cuisine"],
        schema="catalog",
        postgresql_using="gin",
        postgresql_ops=dict.fromkeys(("name", "cuisine"), "catalog.gin_trgm_ops"),
    )
    op.execute(_REVISE)


def downgrade() -> None:
    for trigger in ("menu_items_added", "menu_items_changed"):
        op.execute(f"DROP TRIGGER {trigger} ON catalog.menu_items")
    for function in ("revise_longer_menus", "revise_menu"):
        op.execute(f"DROP FUNCTION catalog.{function}()")
    for index in ("ix_restaurants_name_cuisine", "ix_restaurants_band_lon"):
        op.drop_index(op.f(index), table_name="restaurants", schema="catalog")
    op.create_index(op.f("ix_restaurants_lat_lon"), "restaurants", ["lat", "lon"], schema="catalog")
    for column in ("menu_revision", "band"):
        op.drop_column("restaurants", column, schema="catalog")
