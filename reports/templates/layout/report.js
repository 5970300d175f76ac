/* The live page: charts drawn when they come into sight, light and dark, contents that follow, figures that answer. */
(function () {
    "use strict";
    var root = document.documentElement;
    var data = JSON.parse(document.getElementById("chart-data").textContent);
    var drawn = new Set();

    /* Light and dark: the reader's choice, else the system's. */
    var system = window.matchMedia("(prefers-color-scheme: dark)");
    var button = document.querySelector(".theme");
    function remembered() {
        try { return window.localStorage.getItem("theme"); } catch (refused) { return null; }
    }
    function remember(theme) {
        try { window.localStorage.setItem("theme", theme); } catch (refused) { /* a file opened from disk may have no storage */ }
    }
    function show(theme) {
        root.dataset.theme = theme;
        button.textContent = theme === "dark" ? button.dataset.light : button.dataset.dark;
        drawn.forEach(draw);
    }
    button.addEventListener("click", function () {
        var theme = root.dataset.theme === "dark" ? "light" : "dark";
        remember(theme);
        show(theme);
    });
    system.addEventListener("change", function (change) {
        if (!remembered()) { show(change.matches ? "dark" : "light"); }
    });

    /* Charts. On a dark page every colour is exchanged for its dark counterpart. */
    function coloured(part) {
        if (typeof part === "string") { return data.dark[part] || part; }
        if (Array.isArray(part)) { return part.map(coloured); }
        if (part && typeof part === "object") {
            return Object.fromEntries(Object.entries(part).map(function (entry) { return [entry[0], coloured(entry[1])]; }));
        }
        return part;
    }
    function draw(place) {
        var chart = data.charts[place.dataset.chart];
        var wanted = root.dataset.theme === "dark" ? coloured(chart) : JSON.parse(JSON.stringify(chart));
        wanted.layout.autosize = true;
        drawn.add(place);
        return window.Plotly.react(place, wanted.data, wanted.layout, { displayModeBar: false, responsive: true });
    }
    var places = document.querySelectorAll(".live");
    var sight = new IntersectionObserver(function (entries) {
        entries.forEach(function (entry) {
            if (entry.isIntersecting && !drawn.has(entry.target)) {
                sight.unobserve(entry.target);
                draw(entry.target);
            }
        });
    }, { rootMargin: "600px 0px" });
    show(remembered() || (system.matches ? "dark" : "light"));
    places.forEach(function (place) { sight.observe(place); });

    /* Contents that follow the reader: the last heading above the upper third of the window is the current one. */
    var links = Array.from(document.querySelectorAll(".contents a"));
    var targets = links.map(function (link) { return document.getElementById(link.hash.slice(1)); });
    var current = null;
    function follow() {
        var line = window.innerHeight / 3;
        var found = links[0];
        targets.forEach(function (target, index) {
            if (target && target.getBoundingClientRect().top <= line) { found = links[index]; }
        });
        if (found === current) { return; }
        if (current) { current.removeAttribute("aria-current"); }
        current = found;
        current.setAttribute("aria-current", "location");
        var box = current.closest(".contents");
        if (box.scrollHeight > box.clientHeight) { current.scrollIntoView({ block: "nearest" }); }
    }
    var waiting = false;
    window.addEventListener("scroll", function () {
        if (waiting) { return; }
        waiting = true;
        window.requestAnimationFrame(function () { waiting = false; follow(); });
    }, { passive: true });
    follow();

    /* Figures: name and period of any number, on hover as a title, on click or Enter in a small panel. The event
       "figure-chosen" carries the element, for whatever wants to show more. */
    var panel = document.getElementById("figure-panel");
    var chosen = null;
    function meaning(figure) {
        var name = data.metrics[figure.dataset.metric] || figure.dataset.metric || "";
        return figure.getAttribute("title") || [name, figure.dataset.period || ""].filter(Boolean).join(" · ");
    }
    function close() {
        panel.hidden = true;
        if (chosen) { chosen.setAttribute("aria-expanded", "false"); }
        chosen = null;
    }
    function open(figure) {
        var box = figure.getBoundingClientRect();
        close();
        chosen = figure;
        figure.setAttribute("aria-expanded", "true");
        panel.textContent = meaning(figure);
        panel.hidden = false;
        panel.style.left = Math.max(8, Math.min(box.left, window.innerWidth - panel.offsetWidth - 8)) + window.scrollX + "px";
        panel.style.top = box.bottom + window.scrollY + 6 + "px";
        document.dispatchEvent(new CustomEvent("figure-chosen", { detail: { element: figure } }));
    }
    document.querySelectorAll("data.figure").forEach(function (figure) {
        figure.setAttribute("title", meaning(figure));
        figure.setAttribute("role", "button");
        figure.setAttribute("aria-expanded", "false");
        figure.tabIndex = 0;
    });
    document.addEventListener("click", function (event) {
        var figure = event.target.closest("data.figure");
        if (figure && figure !== chosen) { open(figure); } else { close(); }
    });
    document.addEventListener("keydown", function (event) {
        if (event.key === "Escape") { close(); }
        if ((event.key === "Enter" || event.key === " ") && event.target.matches("data.figure")) {
            event.preventDefault();
            if (event.target === chosen) { close(); } else { open(event.target); }
        }
    });
})();
