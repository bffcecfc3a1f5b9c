// Draws the seconds of each phase over an environment's last releases. Its data are in the attribute data-phases, its colours are those of
// the theme.
(function () {
  const COLOURS = {
    bake: "--blue",
    plan: "--teal",
    approve: "--yellow",
    apply: "--orange",
    rollout: "--green",
  };
  const FAILED = ["failed", "crashed", "aborted"];
  const STEPS = [10, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200];
  const OTHERS = ["--purple", "--indigo", "--pink", "--brown"];

  // ECharts does not know all notations of colours that a browser does.
  function painted(colour) {
    const canvas = document.createElement("canvas");
    canvas.width = 1;
    canvas.height = 1;
    const context = canvas.getContext("2d");
    context.fillStyle = colour;
    context.fillRect(0, 0, 1, 1);
    const [red, green, blue, alpha] = context.getImageData(0, 0, 1, 1).data;
    return `rgba(${red}, ${green}, ${blue}, ${alpha / 255})`;
  }

  function themeColour(element, variable) {
    const before = element.style.color;
    element.style.color = `var(${variable})`;
    const colour = getComputedStyle(element).color;
    element.style.color = before;
    return painted(colour);
  }

  function duration(seconds) {
    const minutes = Math.floor(seconds / 60);
    const rest = Math.round(seconds % 60);
    if (minutes === 0) {
      return `${rest} s`;
    }
    return rest === 0 ? `${minutes} min` : `${minutes} min ${rest} s`;
  }

  // Round numbers between the lines of the scale.
  function scale(data) {
    const totals = data.releases.map((release, at) => data.phases.reduce((sum, phase) => sum + phase.seconds[at], 0));
    const highest = Math.max(...totals);
    const interval = STEPS.find((seconds) => highest / seconds <= 5) || STEPS[STEPS.length - 1];
    return { interval, max: Math.ceil(highest / interval) * interval };
  }

  function options(element, data) {
    const text = themeColour(element, "--text-color");
    const muted = themeColour(element, "--text-color-secondary");
    const red = themeColour(element, "--error-color");
    const line = themeColour(element, "--jenkins-border-color");
    const background = themeColour(element, "--card-background");
    const font = getComputedStyle(element).fontFamily;
    return {
      animation: false,
      textStyle: { fontFamily: font, color: text },
      grid: { left: 0, right: 0, top: 36, bottom: 0, containLabel: true },
      legend: { top: 0, left: 0, itemWidth: 14, itemHeight: 14, textStyle: { color: text, fontFamily: font } },
      tooltip: {
        trigger: "axis",
        axisPointer: { type: "shadow" },
        backgroundColor: background,
        borderColor: line,
        textStyle: { color: text, fontFamily: font },
        renderMode: "richText",
        formatter: (bars) =>
          [`Release ${data.releases[bars[0].dataIndex]}, ${data.results[bars[0].dataIndex]}`]
            .concat(bars.filter((bar) => bar.value > 0).map((bar) => `${bar.seriesName}: ${duration(bar.value)}`))
            .join("\n"),
      },
      xAxis: {
        type: "category",
        data: data.releases.map(String),
        axisLabel: { color: (release, at) => (FAILED.includes(data.results[at]) ? red : muted) },
        axisLine: { lineStyle: { color: line } },
        axisTick: { show: false },
      },
      yAxis: {
        type: "value",
        ...scale(data),
        axisLabel: { color: muted, formatter: duration },
        splitLine: { lineStyle: { color: line } },
      },
      series: data.phases.map((phase, index) => ({
        name: phase.name,
        type: "bar",
        stack: "phases",
        barMaxWidth: 28,
        data: phase.seconds,
        itemStyle: { color: themeColour(element, COLOURS[phase.name] || OTHERS[index % OTHERS.length]) },
      })),
    };
  }

  function draw(element) {
    const data = JSON.parse(element.dataset.phases);
    const chart = echarts.init(element);
    chart.setOption(options(element, data));
    const again = () => chart.setOption(options(element, data));
    window.matchMedia("(prefers-color-scheme: dark)").addEventListener("change", again);
    new MutationObserver(again).observe(document.documentElement, { attributeFilter: ["data-theme"] });
    new ResizeObserver(() => chart.resize()).observe(element);
  }

  document.addEventListener("DOMContentLoaded", () => {
    document.querySelectorAll(".ami-deploy-phases").forEach(draw);
  });
})();
