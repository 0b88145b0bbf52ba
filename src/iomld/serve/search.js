(()=>{const q=new URLSearchParams(location.search).get("q");const out=document.getElementById("found");
if(!out||out.dataset.done!==undefined)return;const box=document.querySelector("main input[name=q]");
const fold=s=>s.normalize("NFKD").replace(/[\u0300-\u036f]/g,"").toLowerCase();
if(!q)return;box.value=q;
fetch("search-index.json").then(r=>r.json()).then(index=>{const words=fold(q).split(/\\s+/).filter(Boolean);
const hits=index.filter(e=>words.every(w=>e[3].includes(w))).sort((a,b)=>a[3].length-b[3].length).slice(0,100);
out.replaceChildren();const p=document.createElement("p");p.textContent=hits.length?hits.length+(hits.length===100?" or more":"")+" found":"Nothing found.";out.append(p);
const list=document.createElement("ul");for(const [name,path,kind] of hits){const li=document.createElement("li");
const a=document.createElement("a");a.href=path;a.textContent=name;li.append(a," "+kind);list.append(li)}out.append(list)})})();
