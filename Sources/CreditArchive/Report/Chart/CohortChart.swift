internal import Assessment

/// Where a body stands among its cohort: a bar for each total, highest first, without names; of a large cohort how many
/// totals lie in each step of five points.
struct CohortChart {
    static let top = 34.0
    static let bottom = 170.0
    static let left = 46.0
    static let right = 626.0
    /// More bars than this would not be told apart.
    static let mostBars = 80

    let totals: [Score]
    let full: Rational
    let mean: Score?
    /// The body's own total and place; nil: nobody's.
    let own: (total: Score, rank: Int)?

    init(_ cohort: CohortStatistics, full: Rational, own: (total: Score, rank: Int)?) {
        totals = cohort.totals
        mean = cohort.mean
        self.full = full
        self.own = own
    }

    private func share(_ score: Score) -> Double {
        min(max(Double(Score.percent(of: score.value, in: full)?.hundredths ?? 0) / 10_000, 0), 1)
    }

    var drawing: Drawing { own != nil && totals.count <= CohortChart.mostBars ? bars : steps }

    /// How many totals lie in each step of a twentieth of full marks; full marks belong to the last.
    var counts: [Int] {
        var counts = [Int](repeating: 0, count: 20)
        for total in totals { counts[min(Int(share(total) * 20 + 1e-9), 19)] += 1 }
        return counts
    }

    private var words: String {
        let range = totals.isEmpty ? "" : "最高 \(totals[0])，最低 \(totals[totals.count - 1])"
        let mean = mean.map { "，平均 \($0)" } ?? ""
        let own = own.map { "；本单位 \($0.total)，第 \($0.rank) 名" } ?? ""
        return "共 \(totals.count) 家有总分，\(range)\(mean)\(own)"
    }

    private var bars: Drawing {
        var drawing = Drawing(width: 640, height: 196, title: "本单位在同组中的位置", description: words)
        axis(&drawing, labels: [0, 25, 50, 75, 100].map { (Double($0) / 100, label($0)) })
        let pitch = (CohortChart.right - CohortChart.left) / Double(max(totals.count, 1))
        let width = min(pitch * 0.72, 26)
        // Of equal totals one bar is the body's own.
        let ownIndex = own.flatMap { own in totals.firstIndex(of: own.total) }
        for (index, total) in totals.enumerated() {
            let height = (CohortChart.bottom - CohortChart.top) * share(total)
            let x = CohortChart.left + pitch * (Double(index) + 0.5)
            drawing.rectangle(
                index == ownIndex ? "own" : "peer", x: x - width / 2, y: CohortChart.bottom - height, width: width,
                height: height)
            if index == ownIndex, let own {
                // Above every bar, so that neither bars nor lines run through the words.
                let anchor: Drawing.Anchor =
                    index * 4 < totals.count ? .start : index * 4 > totals.count * 3 ? .end : .middle
                drawing.line("lead", from: (x, CohortChart.top - 12), to: (x, CohortChart.bottom - height))
                drawing.text(
                    "own-label", "本单位 \(own.total)，第 \(own.rank) 名", x: x, y: CohortChart.top - 16, anchor: anchor)
            }
        }
        if let mean {
            let y = CohortChart.bottom - (CohortChart.bottom - CohortChart.top) * share(mean)
            drawing.line("mean", from: (CohortChart.left, y), to: (CohortChart.right, y))
        }
        let note = "由高到低排列，共 \(totals.count) 家" + (mean.map { "；虚线为平均分 \($0)" } ?? "")
        drawing.text(
            "tick", note, x: (CohortChart.left + CohortChart.right) / 2, y: CohortChart.bottom + 18, anchor: .middle)
        return drawing
    }

    private var steps: Drawing {
        let counts = counts
        let most = max(counts.max() ?? 0, 1)
        var drawing = Drawing(width: 640, height: 206, title: "总分分布", description: words + "。" + stepWords(counts))
        axis(&drawing, labels: [(0, "0"), (1, "\(most) 家")])
        let pitch = (CohortChart.right - CohortChart.left) / 20
        let ownStep = own.map { min(Int(share($0.total) * 20 + 1e-9), 19) }
        for (step, count) in counts.enumerated() {
            let height = (CohortChart.bottom - CohortChart.top) * Double(count) / Double(most)
            let x = CohortChart.left + pitch * Double(step)
            if count > 0 {
                drawing.rectangle(
                    step == ownStep ? "own" : "peer", x: x + 2, y: CohortChart.bottom - height, width: pitch - 4,
                    height: height)
                drawing.text("count", "\(count)", x: x + pitch / 2, y: CohortChart.bottom - height - 5, anchor: .middle)
            }
            if step % 2 == 0 {
                drawing.text("tick", label(step * 5), x: x, y: CohortChart.bottom + 15, anchor: .middle)
            }
        }
        drawing.text("tick", label(100), x: CohortChart.right, y: CohortChart.bottom + 15, anchor: .middle)
        let own = own.map { "；深色一档为本单位所在（\($0.total) 分）" } ?? ""
        drawing.text(
            "tick", "总分（每档为满分的二十分之一，含下限）\(own)", x: (CohortChart.left + CohortChart.right) / 2,
            y: CohortChart.bottom + 32, anchor: .middle)
        return drawing
    }

    private func stepWords(_ counts: [Int]) -> String {
        counts.enumerated().filter { $0.element > 0 }
            .map { "\(label($0.offset * 5))–\(label($0.offset * 5 + 5)) 分 \($0.element) 家" }.joined(separator: "，")
    }

    /// Points at a percentage of full marks.
    private func label(_ percent: Int) -> String {
        ((try? (full * Rational(Int128(percent))).divided(by: Rational(100))) ?? .zero).description
    }

    private func axis(_ drawing: inout Drawing, labels: [(share: Double, text: String)]) {
        for (share, text) in labels {
            let y = CohortChart.bottom - (CohortChart.bottom - CohortChart.top) * share
            drawing.line(share == 0 ? "axis" : "grid", from: (CohortChart.left, y), to: (CohortChart.right, y))
            drawing.text("tick", text, x: CohortChart.left - 6, y: y + 4, anchor: .end)
        }
    }
}
