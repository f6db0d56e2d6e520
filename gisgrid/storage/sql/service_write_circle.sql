-- One ring of one service, in degrees.
INSERT INTO service_circle (
    service_point_id, minutes, speed_kmh, network_version, households, households_straight, geom
)
VALUES (
    :service, :minutes, :speed_kmh, :network_version, :households, :households_straight,
    ST_GeomFromWKB(:wkb, 4326)
)
