-- What leaves an engine, and `pairs` reads: views with the texts of their queries and the ids of their documents.
INSERT OVERWRITE DIRECTORY '{out}' USING parquet
SELECT text AS query, moment, held_out, documents, positions, clicks
FROM views JOIN logged_queries ON logged_queries.query = views.query;
