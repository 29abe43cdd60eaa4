-- The split of every query, and the span of time whose clicks count for it. People's judgements say where a cluster of
-- near-duplicates belongs, the split that is hardest to replace first; the log shares out the others.
CREATE TABLE judged_clusters AS
SELECT cluster, min(CASE split WHEN 'test' THEN 0 WHEN 'validation' THEN 1 ELSE 2 END) AS rank
FROM judged_queries JOIN clusters USING (key) WHERE split IS DISTINCT FROM 'weak'
GROUP BY cluster;

-- judged queries that stay: those of their cluster's split, and weak ones whose text is no query of its own
CREATE TABLE kept_judged AS
SELECT id, text, key, split, line FROM judged_queries JOIN clusters USING (key) JOIN judged_clusters USING (cluster)
WHERE split <> 'weak' AND rank = (CASE split WHEN 'test' THEN 0 WHEN 'validation' THEN 1 ELSE 2 END)
UNION ALL
SELECT id, text, key, split, line FROM judged_queries
WHERE split = 'weak' AND key NOT IN (SELECT key FROM judged_queries WHERE split <> 'weak');

-- when and how often a cluster that nobody judged was asked
CREATE TABLE free_clusters AS
SELECT cluster, min(moment) AS first,
  count(*) FILTER (moment >= {validationFrom} AND moment < {testFrom}) AS in_validation,
  count(*) FILTER (moment >= {testFrom}) AS in_test,
  {share} AS share
FROM (SELECT query, moment FROM views) JOIN logged_queries USING (query) JOIN clusters USING (key)
WHERE cluster NOT IN (SELECT cluster FROM judged_clusters)
GROUP BY cluster;

CREATE TABLE log_splits AS
SELECT query, key, text, split,
  {begins} AS begins, {ends} AS ends
FROM (
  SELECT query, logged_queries.key, text, CASE
    -- what people did with a query that people judged can train, if the judgements train too
    WHEN rank = 2 THEN 'train'
    -- and one near a judged query of another split is out of bounds
    WHEN rank IS NOT NULL THEN NULL
    {assign}
    ELSE 'train' END AS split
  FROM logged_queries JOIN clusters USING (key)
  LEFT JOIN judged_clusters USING (cluster) LEFT JOIN free_clusters USING (cluster)
  WHERE query IN (SELECT query FROM views)
);
