-- How often each (query, document) of the sample was shown and clicked at each place, by the sessions that models are
-- fitted to; the rows of an item stand together.
SELECT (dense_rank() OVER (ORDER BY query, document) - 1)::INTEGER AS item, place, impressions, clicked
FROM (
  SELECT query, document, place, sum(times - held_out)::DOUBLE AS impressions,
    coalesce(sum(times - held_out) FILTER (clicks >> place & 1 = 1), 0)::DOUBLE AS clicked
  FROM (SELECT query, times, held_out, clicks, unnest(documents) AS document, unnest(places) AS place FROM sampled)
  GROUP BY query, document, place
)
WHERE impressions > 0
ORDER BY item, place
