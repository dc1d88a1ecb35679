"""A workflow put together on the canvas, run, watched, and repaired after an edit."""

import json

CLEAN = [
    "rows: int = 40",
    "from jupyter_mlstudio import Studio\nstudio = Studio.open('.')\nstudio.output('rows', rows)",
]
BROKEN = ["size: int = 1", "raise ValueError('no disk')"]
MENDED = ["size: int = 1", "print('published', size)"]


def write(lab, name, cells):
    body = [
        {
            "cell_type": "code",
            "id": f"c{at}",
            "metadata": {"tags": [] if at else ["parameters"]},
            "source": source,
            "outputs": [],
            "execution_count": None,
        }
        for at, source in enumerate(cells)
    ]
    metadata = {"kernelspec": {"name": "python3", "language": "python", "display_name": "Python 3 (ipykernel)"}}
    notebook = {"cells": body, "metadata": metadata, "nbformat": 4, "nbformat_minor": 5}
    (lab.project / "flows" / name).write_text(json.dumps(notebook))


def run(page, command, **arguments):
    page.wait_for_function("id => window.jupyterapp?.commands.hasCommand(id)", arg=command)
    page.evaluate("([id, args]) => void window.jupyterapp.commands.execute(id, args)", [command, arguments])


def card(page, title):
    return page.locator(".react-flow__node", has_text=title)


def connect(page, source, target):
    ends = [
        card(page, source).locator(".react-flow__handle-right"),
        card(page, target).locator(".react-flow__handle-left"),
    ]
    start, end = (handle.bounding_box() for handle in ends)
    page.mouse.move(start["x"] + start["width"] / 2, start["y"] + start["height"] / 2)
    page.mouse.down()
    page.mouse.move(end["x"], end["y"] + 20, steps=4)
    page.mouse.move(end["x"] + end["width"] / 2, end["y"] + end["height"] / 2, steps=4)
    page.mouse.up()


def test_a_workflow_is_drawn_run_and_repaired_after_an_edit(page, lab):
    (lab.project / "flows").mkdir()
    write(lab, "prepare.ipynb", CLEAN)
    write(lab, "publish.ipynb", BROKEN)
    run(page, "mlstudio:jobs-workflow-new", cwd="flows", template="empty")
    view = page.locator(".jp-mlstudio-Workflow")
    view.get_by_role("heading", name="A workflow runs notebooks one after the other").wait_for()
    palette = view.get_by_role("complementary", name="Nodes to add")
    palette.get_by_role("button", name="prepare").click()
    card(page, "prepare").wait_for()
    view.get_by_role("button", name="Close").click()
    canvas = page.locator(".react-flow__pane")
    canvas.click(position={"x": 20, "y": 20})
    palette.get_by_role("button", name="publish").drag_to(canvas, target_position={"x": 420, "y": 380})
    card(page, "publish").wait_for()
    view.get_by_role("button", name="Close").click()
    connect(page, "prepare", "publish")
    page.locator(".react-flow__edge").wait_for()

    card(page, "publish").dblclick()
    view.get_by_label("Take size from").select_option("prepare.outputs.rows")
    view.locator(".jp-mlstudio-WorkflowValue-reference", has_text="rows").wait_for()
    view.get_by_role("button", name="Run only if…").click()
    view.get_by_label("What is compared").select_option("prepare.outputs.rows")
    view.get_by_label("With what").fill("10")
    view.get_by_label("With what").press("Enter")
    page.locator(".jp-mlstudio-WorkflowLine-label", has_text="rows > 10").wait_for()

    view.get_by_role("button", name="Run", exact=True).click()
    card(page, "prepare").get_by_text("Succeeded").wait_for()
    card(page, "publish").get_by_text("Failed").wait_for()
    view.locator(".jp-mlstudio-WorkflowResult").get_by_text("no disk", exact=False).first.wait_for()

    write(lab, "publish.ipynb", MENDED)
    view.get_by_role("button", name="Repair").click()
    card(page, "publish").get_by_text("Succeeded").wait_for()
    view.locator(".jp-mlstudio-Workflow-state").get_by_text("Succeeded").wait_for()

    view.get_by_role("button", name="List", exact=True).click()
    rows = view.get_by_role("row").all_inner_texts()
    assert [row.split()[0] for row in rows[1:]] == ["prepare", "publish"]
    text = next((lab.project / "flows").glob("*.workflow.yaml")).read_text()
    assert "when: prepare.outputs.rows > 10" in text
    assert "size: ${{ prepare.outputs.rows }}" in text

    page.wait_for_timeout(1500)  # JupyterLab keeps the layout a second later
    page.goto(f"{lab.url}lab?token={lab.token}")
    page.wait_for_selector("#jupyterlab-splash", state="detached")
    card(page, "publish").get_by_text("Succeeded").wait_for()
