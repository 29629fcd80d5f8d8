internal import Assessment
internal import TabularText

/// Bars of what each aspect earned of its maximum: the length of a bar is its share, the figures stand beside it.
struct AspectChart {
    static let barStart = 140.0
    static let fullLength = 330.0
    private static let rowHeight = 27.0

    let aspects: [ReportOverview.Aspect]

    /// Aspects without a limit have no bar.
    init(_ aspects: [ReportOverview.Aspect]) { self.aspects = aspects.filter { $0.maximum != nil } }

    var drawing: Drawing {
        let told = aspects.map { "\($0.name) \(AspectChart.figures($0))" }.joined(separator: "；")
        var drawing = Drawing(
            width: 640, height: Double(aspects.count) * AspectChart.rowHeight + 26, title: "各方面得分占满分的比例",
            description: told)
        let bottom = Double(aspects.count) * AspectChart.rowHeight + 4
        for percent in stride(from: 0, through: 100, by: 25) {
            let x = AspectChart.barStart + AspectChart.fullLength * Double(percent) / 100
            drawing.line("grid", from: (x, 2), to: (x, bottom))
            drawing.text("tick", "\(percent)%", x: x, y: bottom + 15, anchor: .middle)
        }
        for (row, aspect) in aspects.enumerated() {
            let top = Double(row) * AspectChart.rowHeight + 6
            drawing.text(
                "label", DisplayWidth.truncated(aspect.name, to: 20), x: AspectChart.barStart - 10, y: top + 14,
                anchor: .end)
            drawing.rectangle("track", x: AspectChart.barStart, y: top, width: AspectChart.fullLength, height: 18)
            if let percent = aspect.percent {
                let share = min(max(Double(percent.hundredths) / 10_000, 0), 1)
                drawing.rectangle(
                    "bar", x: AspectChart.barStart, y: top, width: AspectChart.fullLength * share, height: 18)
            }
            drawing.text(
                "value", AspectChart.figures(aspect), x: AspectChart.barStart + AspectChart.fullLength + 12, y: top + 14
            )
        }
        return drawing
    }

    private static func figures(_ aspect: ReportOverview.Aspect) -> String {
        let maximum = aspect.maximum?.description ?? "—"
        guard let score = aspect.score else { return "缺数据，满分 \(maximum)" }
        return "\(score) / \(maximum)" + (aspect.percent.map { "（\($0)%）" } ?? "")
    }
}
