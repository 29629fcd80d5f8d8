/// Places of a cohort: best total first, ties of totals broken by the uncapped total where the scheme has one, what is
/// then equal shares a rank and the next ranks are skipped (1, 2, 2, 4). A body without a total has no rank.
enum Ranking {
    static func rank(_ results: inout [BodyScore]) {
        let order = results.indices.filter { results[$0].total != nil }.sorted { precedes(results[$0], results[$1]) }
        var rank = 0
        for (place, index) in order.enumerated() {
            if place == 0 || precedes(results[order[place - 1]], results[index]) { rank = place + 1 }
            results[index].rank = rank
        }
    }

    private static func precedes(_ left: BodyScore, _ right: BodyScore) -> Bool {
        guard let first = left.total, let second = right.total, first == second else {
            return (left.total ?? .zero) > (right.total ?? .zero)
        }
        return (left.uncapped ?? first) > (right.uncapped ?? second)
    }
}
