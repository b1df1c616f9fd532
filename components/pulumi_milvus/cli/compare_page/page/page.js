"use strict";
(() => {
  const specs = JSON.parse(document.getElementById("specs").textContent);
  const views = [];
  let chosen = "";

  const fail = (place, error) => {
    const words = document.createElement("p");
    words.className = "failed";
    words.textContent = "This plot could not be drawn; its figures stand in the table below.";
    place.replaceChildren(words);
    console.error(place.id, error);
  };

  const draw = async (id, spec) => {
    const place = document.getElementById(id);
    try {
      // ast: expressions are interpreted, so that the page needs no eval.
      const made = await vegaEmbed(place, spec, { renderer: "svg", actions: false, ast: true });
      const drawn = place.querySelector("svg");
      drawn.setAttribute("aria-label", place.dataset.describes);
      drawn.setAttribute("aria-describedby", id + "-sentence");
      views.push(made.view);
      place.dataset.drawn = "yes";
    } catch (error) {
      fail(place, error);
    }
  };

  const choose = (name) => {
    chosen = chosen === name ? "" : name;
    for (const button of document.querySelectorAll("[data-series]")) {
      button.setAttribute("aria-pressed", String(button.dataset.series === chosen));
    }
    for (const view of views) {
      view.signal("focus", chosen).runAsync();
    }
  };

  for (const button of document.querySelectorAll("[data-series]")) {
    button.addEventListener("click", () => choose(button.dataset.series));
  }
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && chosen) {
      choose(chosen);
    }
  });
  Promise.all(Object.entries(specs).map(([id, spec]) => draw(id, spec))).then(() => {
    document.documentElement.dataset.ready = "yes";
  });
})();
