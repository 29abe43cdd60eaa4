-- Queries that are documents themselves (a search for what is like one): the same text, or the same id and the query's text within
-- the document's. Short texts are left alone, since a name is a query and a title, and so is what people judged to be right.
CREATE TABLE own_documents AS
WITH long_queries AS (
  SELECT id, key FROM (SELECT id, {queryKey} AS key FROM queries) WHERE len(string_split(key, ' ')) >= {words}
), texts AS (
  SELECT id, unnest([coalesce(title, '') || ' ' || coalesce(summary, ''), summary, title]) AS text FROM documents
  WHERE EXISTS (SELECT 1 FROM long_queries)
), begun AS (
  -- how texts begin tells most of them apart, and costs little
  SELECT texts.id AS document, texts.text, long_queries.id AS query, long_queries.key
  FROM (SELECT id, text, left({startKey}, 40) AS start FROM texts) AS texts
  JOIN long_queries ON left(long_queries.key, 40) = texts.start
), found AS (
  SELECT query, document FROM begun WHERE {textKey} = key
  UNION
  SELECT long_queries.id, texts.id FROM texts JOIN long_queries ON long_queries.id = texts.id
  WHERE contains({textKey}, long_queries.key)
)
SELECT query, document FROM found
WHERE NOT EXISTS (SELECT 1 FROM judgements AS j WHERE j.query = found.query AND j.document = found.document AND grade > 0)
ORDER BY query, document;
