"""From raw tables to clean ones: recipes, the steps they are made of, and sessions that show what they do."""
