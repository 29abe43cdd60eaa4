-- whole queries, chosen by chance, for what is learned about all of them: about {rows} rows. A table of its own in the order of
-- the queries: what reads it goes by that order, and a join on the way would lose it.
CREATE TABLE sampled AS
SELECT patterns.* FROM patterns JOIN (
  SELECT query FROM (
    SELECT query, rows, sum(rows) OVER (ORDER BY hash(query), query) AS upto
    FROM (SELECT query, sum(len(documents)) AS rows FROM patterns GROUP BY query)
  ) WHERE upto - rows < {rows}
) AS chosen USING (query)
ORDER BY query, times DESC, clicks, documents, positions;
