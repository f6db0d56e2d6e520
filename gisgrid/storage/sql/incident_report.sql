-- A new incident; the same (source, source_id) again makes none. Times by the database's clock: a
-- report may be older than its arrival (a phone without network), never younger.
INSERT INTO incident (
    source, source_id, kind, state, channel, category_code, category_text, text, address, details,
    private, major, reporter_id, compound_id, building_id, reported_at, geom, located_reason
)
SELECT
    :source, :source_id, :kind, :state, :channel, category.code,
    CASE WHEN category.code IS NULL THEN CAST(:category AS text) END, :text, :address,
    CAST(:details AS jsonb), :private, :major, :reporter, :compound,
    building.id, least(coalesce(CAST(:reported_at AS timestamptz), now()), now()),
    coalesce(
        ST_SetSRID(ST_MakePoint(CAST(:lon AS float), CAST(:lat AS float)), 4326),
        ST_PointOnSurface(building.geom)
    ),
    CASE WHEN CAST(:lon AS float) IS NULL AND building.id IS NULL THEN 'no_place' END
FROM (SELECT 1) AS one
LEFT JOIN category ON category.code = :category
LEFT JOIN building ON building.id = :building
ON CONFLICT (source, source_id) DO NOTHING
RETURNING id
