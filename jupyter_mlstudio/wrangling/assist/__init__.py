"""Help with finding the next step: by example, by clusters of similar values, by what is selected."""
