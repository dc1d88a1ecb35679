"""What a new workflow file can begin with."""

from jupyter_mlstudio.jobs.workflows.types import WorkflowTemplate

EMPTY = """\
version: 1
title: New workflow
nodes: []
"""
TWO = """\
version: 1
title: Two notebooks
parameters:
  rows: {type: int, default: 1000, help: How many rows to read.}

nodes:
  - id: prepare
    title: Prepare the table
    notebook: prepare.ipynb
    parameters:
      rows: ${{ parameters.rows }}

  - id: learn
    title: Learn from it
    notebook: learn.ipynb
    parameters:
      table: ${{ prepare.outputs.table }}
"""
LIFE = """\
version: 1
title: From a table to an endpoint
parameters:
  table: {type: str, required: true, help: The table to learn from.}
  target: {type: str, required: true, help: The column to predict.}
  name: {type: str, default: model, help: What the model is called in the registry.}

nodes:
  - id: forest
    title: Train a forest
    use: train
    parameters:
      table: ${{ parameters.table }}
      target: ${{ parameters.target }}
      algorithm: random_forest

  - id: linear
    title: Train a linear model
    use: train
    parameters:
      table: ${{ parameters.table }}
      target: ${{ parameters.target }}
      algorithm: linear

  - id: register
    title: Register the better one
    use: register_if_better
    parameters:
      model: ${{ forest.outputs.run_id if forest.outputs.score >= linear.outputs.score else linear.outputs.run_id }}
      name: ${{ parameters.name }}
      metric: ${{ forest.outputs.metric }}

  - id: deploy
    title: Deploy it
    use: deploy
    when: register.outputs.registered
    parameters:
      model: ${{ register.outputs.model }}
      endpoint: ${{ parameters.name }}
"""


def templates() -> list[WorkflowTemplate]:
    """Return the beginnings, the simplest first."""
    return [
        WorkflowTemplate(name="empty", title="Empty", help="An empty canvas.", text=EMPTY),
        WorkflowTemplate(name="two", title="Two notebooks", help="One hands a table to the other.", text=TWO),
        WorkflowTemplate(
            name="life", title="Train, register, deploy", help="Two models compete; the better is deployed.", text=LIFE
        ),
    ]
