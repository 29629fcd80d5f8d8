/// Findings up to a limit, and how many there were in all.
struct FindingList: Sendable {
    /// How many are kept.
    static let limit = 1000

    private(set) var kept: [Finding] = []
    private(set) var count: UInt64 = 0

    /// Those kept, in the order of positions; those without one come first.
    var sorted: [Finding] {
        kept.sorted { ($0.position ?? 0, $0.code.rawValue) < ($1.position ?? 0, $1.code.rawValue) }
    }

    mutating func add(_ finding: Finding) {
        count += 1
        if kept.count < FindingList.limit { kept.append(finding) }
    }

    mutating func add(_ code: Finding.Code, at position: UInt64? = nil, _ detail: String) {
        add(Finding(code, at: position, detail))
    }

    mutating func add(_ other: FindingList) {
        count += other.count
        kept.append(contentsOf: other.kept.prefix(FindingList.limit - kept.count))
    }
}
