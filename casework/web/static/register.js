/* 登记页的方便之处：填写时随即推算期限、列出以往申请、保存未登记完的内容；扫描件可以粘贴、拖入。
   没有脚本时，同样的事按“重新推算”完成。 */
(function () {
  "use strict";
  var form = document.getElementById("reg");
  var side = document.getElementById("reg-side");
  if (!form || !side || !window.fetch || !window.FormData || !window.DOMParser) { return; }

  var WAIT = 700;
  var timer = null;
  var turn = 0;

  function typed() {
    var data = new FormData(form);
    data.delete("files");
    data.set("do", "reckon");
    return data;
  }

  function reckon() {
    var mine = ++turn;
    fetch(form.action, { method: "POST", body: typed(), credentials: "same-origin" })
      .then(function (answer) { return answer.ok ? answer.text() : ""; })
      .then(function (text) {
        if (!text || mine !== turn) { return; }
        var page = new DOMParser().parseFromString(text, "text/html");
        var fresh = page.getElementById("reg-side");
        if (fresh && !side.contains(document.activeElement)) {
          side.innerHTML = fresh.innerHTML;
          say();
        }
        var rule = page.getElementById("reg-receipt");
        var shown = document.getElementById("reg-receipt");
        // 换渠道时，收到日期一栏跟着换；正在填的栏目不动
        if (rule && shown && shown.dataset.mode !== rule.dataset.mode && !shown.contains(document.activeElement)) {
          shown.innerHTML = rule.innerHTML;
          shown.dataset.mode = rule.dataset.mode;
        }
      })
      .catch(function () { /* 网络断了：照常填写，按“登记立号”时再说 */ });
  }

  // 读屏只读一句结果，不读整栏
  function say() {
    var says = document.getElementById("reg-says");
    var said = document.getElementById("reg-said");
    if (says && said && said.textContent !== says.textContent) { said.textContent = says.textContent; }
  }

  function later() {
    window.clearTimeout(timer);
    timer = window.setTimeout(reckon, WAIT);
  }

  form.addEventListener("input", later);
  form.addEventListener("change", later);

  var files = document.getElementById("files");
  function add(list) {
    if (!files || !list || !list.length || !window.DataTransfer) { return false; }
    var all = new DataTransfer();
    [].forEach.call(files.files, function (one) { all.items.add(one); });
    [].forEach.call(list, function (one) { all.items.add(one); });
    files.files = all.files;
    return true;
  }
  document.addEventListener("paste", function (event) {
    if (event.clipboardData && add(event.clipboardData.files)) { event.preventDefault(); files.focus(); }
  });
  form.addEventListener("dragover", function (event) {
    if (event.dataTransfer && [].indexOf.call(event.dataTransfer.types, "Files") >= 0) { event.preventDefault(); }
  });
  form.addEventListener("drop", function (event) {
    if (event.target !== files && event.dataTransfer && add(event.dataTransfer.files)) { event.preventDefault(); }
  });

  var button = document.querySelector('#reg-side [value="reckon"]');
  if (button) { button.title = "填写时会自动推算"; }
}());
