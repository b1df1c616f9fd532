"""Whatever Milvus Lite can hold reads back as it was declared, and can be imported."""

from __future__ import annotations

from hypothesis import HealthCheck, given, settings

from collection_specs import Inputs, lite_collections
from resource_driver import Driver, Place, through_wire

# A real create with indexes takes 0.1 s; more examples than these found nothing more.
few = settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])


@few
@given(inputs=lite_collections())
def test_reads_back_as_declared_and_imports(place: Place, inputs: Inputs) -> None:
    driver = Driver(place, "anything")
    try:
        driver.up(inputs)
        assert driver.up(inputs) == []
        assert driver.refresh() == []
        assert driver.up(inputs) == []

        found = driver.imported("anything")
        assert found is not None
        imported = Driver(place, "anything", identifier="anything")
        imported.inputs, imported.state = through_wire(found.inputs), through_wire(found.state)
        # The engine checks what was read, and the generated program, which has no endpoint, is checked next.
        written = {key: value for key, value in imported.inputs.items() if key != "endpoint"}
        assert imported.differing(imported.check(imported.inputs)) == []
        assert imported.up(written) == []
        assert imported.refresh() == []
    finally:
        if driver.state:
            driver.delete()
    assert driver.imported("anything") is None
