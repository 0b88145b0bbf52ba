// While a project is watched: a page is loaded anew when there is a new build, or news of one that failed.
(() => {
  "use strict";
  const { news, build } = document.currentScript.dataset;
  setInterval(async () => {
    try {
      const answer = await fetch(news, { cache: "no-store" });
      if (answer.ok && (await answer.text()).trim() !== build) location.reload();
    } catch {
      // The server is being started anew: ask again later.
    }
  }, 800);
})();
