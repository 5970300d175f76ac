/* The live page: light and dark, charts drawn when they come into sight, contents that follow the reader. */
(function () {
    "use strict";
    var root = document.documentElement;
    var data = JSON.parse(document.getElementById("page-data").textContent);
    var drawn = new Set();

    /* Light and dark: the reader's choice while the page is open, else the system's. */
    var system = window.matchMedia("(prefers-color-scheme: dark)");
    var appearance = document.querySelector(".appearance");
    var choices = Array.from(appearance.querySelectorAll("button"));
    var chosen = "automatic";
    function show() {
        var automatic = system.matches ? "dark" : "light";
        root.dataset.theme = chosen === "automatic" ? automatic : chosen;
        choices.forEach(function (button) { button.setAttribute("aria-pressed", String(button.dataset.choice === chosen)); });
        drawn.forEach(draw);
    }
    appearance.addEventListener("click", function (event) {
        var button = event.target.closest("button");
        if (button) { chosen = button.dataset.choice; show(); }
    });
    system.addEventListener("change", show);
    appearance.hidden = false;
    show();

    /* Charts. On a dark page every colour is exchanged for its dark counterpart. */
    function coloured(part) {
        if (typeof part === "string") { return data.dark[part] || part; }
        if (Array.isArray(part)) { return part.map(coloured); }
        if (part && typeof part === "object") {
            return Object.fromEntries(Object.entries(part).map(function (entry) { return [entry[0], coloured(entry[1])]; }));
        }
        return part;
    }
    /* Plotly's script lies in the page as text and is run once the page can be read: it takes longer than all else. */
    function runLibrary() {
        var script = document.createElement("script");
        script.textContent = document.getElementById("chart-library").textContent;
        document.head.append(script);
    }
    function draw(place) {
        var chart = data.charts[place.dataset.chart];
        var wanted = root.dataset.theme === "dark" ? coloured(chart) : JSON.parse(JSON.stringify(chart));
        wanted.layout.autosize = true;
        drawn.add(place);
        return window.Plotly.react(place, wanted.data, wanted.layout, { displayModeBar: false, responsive: true });
    }
    function drawInSight() {
        runLibrary();
        var sight = new IntersectionObserver(function (entries) {
            entries.forEach(function (entry) {
                if (entry.isIntersecting && !drawn.has(entry.target)) {
                    sight.unobserve(entry.target);
                    draw(entry.target);
                }
            });
        }, { rootMargin: "600px 0px" });
        document.querySelectorAll(".live").forEach(function (place) { sight.observe(place); });
    }
    window.addEventListener("load", function () {
        var later = window.requestIdleCallback || window.setTimeout;
        later(drawInSight);
    });

    /* Contents that follow the reader: of the parts that cross a line at a third of the window, the innermost. */
    var links = Array.from(document.querySelectorAll(".contents a"));
    var linkOf = new Map();
    var crossing = new Set();
    var current = null;
    function follow() {
        var found = links.filter(function (link) { return crossing.has(link); }).pop();
        if (!found || found === current) { return; }
        if (current) { current.removeAttribute("aria-current"); }
        current = found;
        current.setAttribute("aria-current", "location");
        var box = current.closest(".contents");
        if (box.scrollHeight > box.clientHeight) {
            box.scrollTop = current.offsetTop - box.offsetTop - box.clientHeight / 2;
        }
    }
    var line = new IntersectionObserver(function (entries) {
        entries.forEach(function (entry) {
            crossing[entry.isIntersecting ? "add" : "delete"](linkOf.get(entry.target));
        });
        follow();
    }, { rootMargin: "-33% 0px -66% 0px" });
    links.forEach(function (link) {
        var part = document.getElementById(link.hash.slice(1));
        if (part) { linkOf.set(part, link); line.observe(part); }
    });
})();
