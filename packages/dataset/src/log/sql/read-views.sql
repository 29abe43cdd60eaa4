-- Views that another engine made of a log. Documents that the corpus lacks leave their view, positions and all.
CREATE TABLE view_rows AS
SELECT row_number() OVER () AS row, trim("query") AS text, moment::BIGINT AS moment, held_out, documents::VARCHAR[] AS documents,
  positions::INTEGER[] AS positions, clicks::BIGINT AS clicks
FROM read_parquet([{files}]);

CREATE TABLE texts AS SELECT text, {key} AS key, count(*) AS times FROM view_rows GROUP BY text;

CREATE TABLE logged_queries AS
SELECT (row_number() OVER (ORDER BY key) - 1)::INTEGER AS query, key, text
FROM (SELECT key, max_by(text, (times, text)) AS text FROM texts GROUP BY key);

CREATE TABLE views AS
SELECT query, moment, held_out,
  list(ids.document ORDER BY position) AS documents,
  list(position ORDER BY position) AS positions,
  bit_or(clicks & (1::BIGINT << position)) AS clicks
FROM (
  SELECT row, text, moment, held_out, clicks, unnest(documents) AS document, unnest(positions) AS position FROM view_rows
) AS placed
JOIN document_ids AS ids ON ids.id = {id}
JOIN texts USING (text) JOIN logged_queries USING (key)
WHERE position BETWEEN 1 AND {maxPosition}
GROUP BY row, query, moment, held_out;

DROP TABLE texts;
