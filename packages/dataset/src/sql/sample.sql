-- whole queries, chosen by chance, for what is learned about all of them: about {rows} rows
CREATE TABLE sampled AS
SELECT query FROM (
  SELECT query, rows, sum(rows) OVER (ORDER BY hash(query), query) AS upto
  FROM (SELECT query, sum(len(documents)) AS rows FROM patterns GROUP BY query)
) WHERE upto - rows < {rows};
