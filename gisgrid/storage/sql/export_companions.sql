-- The row to hide beside the only small one of a grid, whose sum would tell it: the smallest other
-- row. Rows are buildings, or cells with :cells.
WITH home AS (
    SELECT
        plan_cell.grid_id,
        CASE WHEN :cells THEN plan_cell.cell_id ELSE building.id END AS id,
        sum(building.households) AS households
    FROM plan_cell
    JOIN cell_building ON cell_building.cell_id = plan_cell.cell_id
    JOIN building ON building.id = cell_building.building_id AND building.retired_at IS NULL
    WHERE plan_cell.grid_id = ANY(:grids)
    GROUP BY 1, 2
),
ranked AS (
    SELECT
        id, households,
        count(*) FILTER (WHERE households BETWEEN 1 AND :small - 1) OVER (PARTITION BY grid_id)
            AS hidden,
        row_number() OVER (PARTITION BY grid_id ORDER BY households < :small, households, id)
            AS place
    FROM home
)
SELECT id FROM ranked WHERE hidden = 1 AND place = 1 AND households >= :small
