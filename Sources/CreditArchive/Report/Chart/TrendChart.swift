internal import Assessment
internal import TabularText

/// Totals by year as per cent of full marks, each scheme with a mark of its own. A line joins years that follow each other
/// by one and the same scheme, version and overlay; two schemes are never joined (Q26).
struct TrendChart {
    static let top = 22.0
    static let bottom = 190.0
    static let left = 50.0
    static let right = 616.0

    struct Point {
        var year: Int
        var series: Int
        var x: Double
        var y: Double
        var percent: Score
    }

    let history: [YearScore]
    /// In order of first use.
    let series: [YearScore.Series]

    init(_ history: [YearScore]) {
        self.history = history.filter { $0.percent != nil }
        var series: [YearScore.Series] = []
        for item in self.history where !series.contains(item.series) { series.append(item.series) }
        self.series = series
    }

    var years: [Int] {
        guard let first = history.map(\.year).min(), let last = history.map(\.year).max() else { return [] }
        return Array(first...last)
    }

    var points: [Point] {
        let pitch = (TrendChart.right - TrendChart.left) / Double(max(years.count, 1))
        return history.compactMap { item in
            guard let percent = item.percent, let number = series.firstIndex(of: item.series) else { return nil }
            // Marks of one year stand side by side.
            let offset = (Double(number) - Double(series.count - 1) / 2) * min(pitch / Double(series.count + 1), 64)
            let share = min(max(Double(percent.hundredths) / 10_000, 0), 1)
            return Point(
                year: item.year, series: number,
                x: TrendChart.left + pitch * (Double(item.year - (years.first ?? 0)) + 0.5) + offset,
                y: TrendChart.bottom - (TrendChart.bottom - TrendChart.top) * share, percent: percent)
        }
    }

    /// Pairs of points that a line joins.
    var joins: [(Point, Point)] {
        let points = points
        return points.flatMap { from in
            points.filter { $0.series == from.series && $0.year == from.year + 1 }.map { (from, $0) }
        }
    }

    /// Whether a figure stands above its mark: below, where the mark beside it is higher and the figures would meet.
    private func isAbove(_ point: Point, _ points: [Point]) -> Bool {
        // A figure is about 44 wide and 11 high. At the chart's foot there is no room below.
        guard point.y + 20 < TrendChart.bottom else { return true }
        return !points.contains { other in
            other.year == point.year && other.series != point.series && abs(other.x - point.x) < 48
                && (other.y, other.series) < (point.y, point.series) && point.y - other.y < 30
        }
    }

    private func name(_ number: Int) -> String {
        let item = history.first { $0.series == series[number] }
        let overlay = item?.scheme.overlay.map { "，调整 \($0.id) \($0.version)" } ?? ""
        return "\(item?.scheme.title ?? "")（第 \(series[number].version) 版\(overlay)）"
    }

    var drawing: Drawing {
        let told = history.map {
            "\($0.year) 年 \($0.scheme.title) \($0.percent.map { "\($0)%" } ?? "—")（\($0.resultWords)）"
        }
        var drawing = Drawing(
            width: 640, height: TrendChart.bottom + 34 + Double(series.count) * 20,
            title: "各年总分占满分的比例（按方案分别标示，不同方案不相连）",
            description: told.joined(separator: "；"))
        for percent in stride(from: 0, through: 100, by: 20) {
            let y = TrendChart.bottom - (TrendChart.bottom - TrendChart.top) * Double(percent) / 100
            drawing.line(percent == 0 ? "axis" : "grid", from: (TrendChart.left, y), to: (TrendChart.right, y))
            drawing.text("tick", "\(percent)%", x: TrendChart.left - 6, y: y + 4, anchor: .end)
        }
        let pitch = (TrendChart.right - TrendChart.left) / Double(max(years.count, 1))
        for (index, year) in years.enumerated() {
            drawing.text(
                "tick", "\(year)", x: TrendChart.left + pitch * (Double(index) + 0.5), y: TrendChart.bottom + 16,
                anchor: .middle)
        }
        for (from, to) in joins { drawing.line("join s\(from.series % 4)", from: (from.x, from.y), to: (to.x, to.y)) }
        let points = points
        for point in points {
            drawing.mark(point.series, kind: "mark s\(point.series % 4)", x: point.x, y: point.y)
            let y = isAbove(point, points) ? point.y - 10 : point.y + 18
            drawing.text("count", "\(point.percent)%", x: point.x, y: y, anchor: .middle)
        }
        for number in series.indices {
            let y = TrendChart.bottom + 38 + Double(number) * 20
            drawing.mark(number, kind: "mark s\(number % 4)", x: TrendChart.left + 6, y: y - 4)
            drawing.text("legend", DisplayWidth.truncated(name(number), to: 84), x: TrendChart.left + 20, y: y)
        }
        return drawing
    }
}
