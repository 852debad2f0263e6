-- Recipes that the operator marked, by their ids; a recipe may go and come back.
CREATE TABLE favourite (
    recipe TEXT PRIMARY KEY
) STRICT, WITHOUT ROWID;
