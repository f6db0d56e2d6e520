-- A word for service points and kinds as they are.
SELECT
    (SELECT count(*) || ':' || coalesce(bit_xor(hashtextextended(service_point::text, 0)), 0)
     FROM service_point)
    || '/' ||
    (SELECT count(*) || ':' || coalesce(bit_xor(hashtextextended(service_kind::text, 0)), 0)
     FROM service_kind)
