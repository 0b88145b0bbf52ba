// While a project is watched: a page is loaded anew when there is a new build, or news of one that failed.
(() => {
  "use strict";
  const news = new EventSource(document.currentScript.dataset.news);
  news.addEventListener("changed", () => location.reload());
  addEventListener("pagehide", () => news.close());
})();
