"""A preview may not know a value anywhere in the inputs: nothing breaks, and nothing is refused for it."""

from __future__ import annotations

import copy
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from collection_specs import Inputs, articles, hybrid, lite_collections
from pulumi_milvus.resources.wire import UNKNOWN, has_unknown
from resource_driver import HANDLERS, Driver, Place, through_wire

FILE = Place(".data/milvus.db")


def places_in(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Every path below a value."""
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    found = [path] if path else []
    for step, item in inner:
        found += places_in(item, (*path, step))
    return found


def with_unknown(inputs: Inputs, path: tuple[Any, ...]) -> Inputs:
    """The inputs with one value that is not known."""
    changed = copy.deepcopy(inputs)
    at: Any = changed
    for step in path[:-1]:
        at = at[step]
    at[path[-1]] = UNKNOWN
    return changed


def preview_all(driver: Driver, inputs: Inputs) -> None:
    """Every call of a preview, for a new resource and for one that exists."""
    handler, scene = HANDLERS[driver.kind](), driver._scene()
    checked = driver.check(inputs)
    handler.create(scene, checked, preview=True)
    if driver.state is not None:
        handler.diff(driver.state, checked)
        through_wire(handler.update(scene, driver.state, checked, preview=True))


def existing(inputs: Inputs) -> Driver:
    """A driver of a collection in the state."""
    driver = Driver(FILE, "articles")
    driver.inputs = driver.check(inputs)
    _, driver.state = HANDLERS["Collection"]().create(driver._scene(), driver.inputs, preview=True)
    return driver


def _is_about(line: str, path: tuple[Any, ...]) -> bool:
    """Whether a line of the preview concerns the unknown value; what depends on it may be shown too."""
    if path[0] == "functions" and line.startswith("fields[8].index"):
        return True
    if path[0] == "fields" and len(path) > 2:
        return line.startswith(f"fields[{path[1]}]") or (path[2] == "name" and line.startswith("fields["))
    return line.startswith(str(path[0]))


def test_unknown_at_every_place() -> None:
    for inputs in (articles(), hybrid()):
        driver = existing(inputs)
        for path in places_in(inputs):
            changed = with_unknown(inputs, path)
            preview_all(Driver(FILE, "articles"), changed)
            preview_all(driver, changed)
            assert has_unknown(driver.check(changed))
            shown = driver.differing(driver.check(changed))
            assert shown
            assert all(_is_about(line, path) for line in shown), f"{path} is unknown, and the preview shows {shown}"


@given(st.data())
def test_unknown_anywhere_in_anything(data: st.DataObject) -> None:
    inputs = data.draw(lite_collections())
    driver = existing(inputs)
    changed = with_unknown(inputs, data.draw(st.sampled_from(places_in(inputs))))
    preview_all(Driver(FILE, "articles"), changed)
    preview_all(driver, changed)


def test_unknown_parts_of_an_alias() -> None:
    for inputs in ({"collection": UNKNOWN}, {"collection": "a", "alias": UNKNOWN}, {"collection": UNKNOWN, "x": 1}):
        preview_all(Driver(FILE, "live", "Alias"), inputs)
    driver = Driver(FILE, "live", "Alias", state={"alias": "live", "collection": "a", "database": "default"})
    assert driver.differing(driver.check({"collection": UNKNOWN})) == ["collection", "endpoint"]


def test_an_unknown_collection_is_no_replacement_of_its_alias() -> None:
    state = {"alias": "live", "collection": "a", "database": "default"}
    changes = HANDLERS["Alias"]().diff(state, {"alias": "live", "collection": UNKNOWN})
    assert [change.path for change in changes.differences] == ["collection"]


def test_what_is_unknown_is_returned_as_such() -> None:
    handler, driver = HANDLERS["Collection"](), existing(articles())
    changed = driver.check(articles(description=UNKNOWN, disposable=True))
    _, state = handler.create(driver._scene(), changed, preview=True)
    assert state["description"] is UNKNOWN
    assert state["disposable"] is True
    assert state["collectionName"] == "articles"


def test_unknown_and_wrong_elsewhere_is_still_previewed() -> None:
    # Refused on `up`, when all is known; a preview does not guess.
    assert has_unknown(Driver(FILE, "articles").check(articles(shards=UNKNOWN, replicas=5)))
