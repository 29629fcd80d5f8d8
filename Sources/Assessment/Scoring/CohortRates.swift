/// The rates of a whole cohort, for rules that place a body among the others.
public struct CohortRates: Sendable {
    /// Distinct, rising, zero always among them.
    private let distinct: [Rational]
    /// How many bodies have a rate below ``distinct`` at the same index (the anchor at zero counts as one body where none
    /// is there).
    private let below: [Int]

    init(_ rates: [Rational]) {
        var counts: [Rational: Int] = [:]
        for rate in rates { counts[rate, default: 0] += 1 }
        if counts[.zero] == nil { counts[.zero] = 1 }
        distinct = counts.keys.sorted()
        var below: [Int] = []
        var sum = 0
        for rate in distinct {
            below.append(sum)
            sum += counts[rate] ?? 0
        }
        self.below = below
    }

    /// The share of full marks that a rate loses: 0 at the best end, 1 at the worst.
    func share(of rate: Rational, _ option: RankScoring) throws(ArithmeticOverflow) -> Rational {
        let index = place(rate)
        guard let worst = distinct.last, !worst.isZero, index > 0 else { return .zero }
        switch option {
        case .dense: return try Rational(Int128(index), over: Int128(distinct.count - 1))
        case .competition: return try Rational(Int128(below[index]), over: Int128(below[below.count - 1]))
        case .linear: return try rate.divided(by: worst)
        }
    }

    /// The place in words, for the working.
    func place(of rate: Rational, _ option: RankScoring) -> String {
        switch option {
        case .dense: "不同比率共 \(distinct.count) 档（含 0），居第 \(place(rate) + 1) 档"
        case .competition: "名次 \(below[place(rate)] + 1)，末位名次 \((below.last ?? 0) + 1)"
        case .linear: "最高比率 \(distinct.last ?? .zero)"
        }
    }

    /// The index of a rate, by bisection. A rate that is not the cohort's is a programmer's error.
    private func place(_ rate: Rational) -> Int {
        var (low, high) = (0, distinct.count - 1)
        while low < high {
            let middle = (low + high) / 2
            if distinct[middle] < rate { low = middle + 1 } else { high = middle }
        }
        precondition(distinct[low] == rate, "the rate is one of the cohort's")
        return low
    }
}
