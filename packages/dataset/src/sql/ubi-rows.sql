-- OpenSearch's User Behavior Insights as rows of a log: what a query returned, in its order, and which of it was clicked.
-- {queries}: query_id, text, session, timestamp, documents (a JSON array); {events}: query_id, document, ordinal, action.
CREATE TABLE ubi_log AS
WITH returned AS (
  SELECT file, line, query_id, user_query, client_id, timestamp,
    unnest(json_extract_string(documents, '$[*]')) AS doc_id,
    generate_subscripts(json_extract_string(documents, '$[*]'), 1) AS place
  FROM {queries} WHERE documents IS NOT NULL
), clicked AS (
  SELECT query_id, document, min(try_cast(ordinal AS INTEGER)) AS ordinal FROM {events}
  WHERE query_id IS NOT NULL AND document IS NOT NULL AND regexp_matches(lower(action), '{action}')
  GROUP BY query_id, document
)
SELECT coalesce(returned.timestamp, '') AS timestamp, coalesce(returned.client_id, returned.query_id) AS session_id,
  returned.user_query AS "query", returned.doc_id, returned.place::VARCHAR AS "position",
  (clicked.document IS NOT NULL)::VARCHAR AS clicked, NULL::VARCHAR AS dwell_ms,
  returned.file::VARCHAR AS origin_file, returned.line::VARCHAR AS origin_line
FROM returned LEFT JOIN clicked ON clicked.query_id = returned.query_id AND clicked.document = returned.doc_id
ORDER BY returned.query_id, place;
