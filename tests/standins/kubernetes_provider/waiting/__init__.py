"""When an object is ready: one module a kind of object, and the loop that asks again."""
