internal import CreditModel

/// Folds subjects for several projections at once, and notes which of them cannot go on.
struct SubjectFold: Sendable {
    let projections: [any Projection]
    let policy: CreditPolicy
    /// By projection.
    private(set) var rows: [ReadRows]
    /// By projection; of several entries that a fold cannot take, the first.
    private(set) var stops: [ProjectionStop?]

    init(_ projections: [any Projection], under policy: CreditPolicy) {
        self.projections = projections
        self.policy = policy
        rows = projections.map { ReadRows($0.table) }
        stops = projections.map { _ in nil }
    }

    mutating func add(_ body: BodyHistory) {
        for (index, projection) in projections.enumerated() where projection.table.subject == .bodies {
            let mark = rows[index].bytes.count
            do { try projection.fold(body, under: policy, into: &rows[index]) } catch {
                rows[index].truncate(to: mark)
                let positions = [body.position] + body.changes.map(\.position).sorted()
                stop(index, at: positions, error) { [policy] position in
                    var scrap = ReadRows(projection.table)
                    guard let known = body.keeping({ $0 <= position }) else { return }
                    try projection.fold(known, under: policy, into: &scrap)
                }
            }
        }
    }

    mutating func add(_ item: CaseSubject) {
        for (index, projection) in projections.enumerated() where projection.table.subject == .cases {
            let mark = rows[index].bytes.count
            do { try projection.fold(item, under: policy, into: &rows[index]) } catch {
                rows[index].truncate(to: mark)
                stop(index, at: item.facts.map(\.position), error) { [policy] position in
                    var scrap = ReadRows(projection.table)
                    let facts = item.facts.filter { $0.position <= position }
                    let known = CaseSubject(id: item.id, body: item.body, facts: facts, under: policy)
                    try projection.fold(known, under: policy, into: &scrap)
                }
            }
        }
    }

    /// Notes a stop at the first of the positions at which the fold fails.
    private mutating func stop(
        _ index: Int, at positions: [UInt64], _ error: any Error, _ fold: (UInt64) throws -> Void
    ) {
        let found = positions.first { position in
            do {
                try fold(position)
                return false
            } catch { return true }
        }
        let position = found ?? positions.last ?? 0
        guard position < stops[index]?.position ?? .max else { return }
        let refusal = error as? Refusal
        stops[index] = ProjectionStop(
            projection: projections[index].name, position: position, chinese: refusal?.chinese ?? "\(error)",
            english: refusal?.english ?? "\(error)")
    }

    /// Takes over what a part of the same fold found.
    mutating func note(_ others: [ProjectionStop?]) {
        for (index, other) in others.enumerated() {
            if let other, other.position < stops[index]?.position ?? .max { stops[index] = other }
        }
    }

    /// Gives the rows away and begins anew.
    mutating func takeRows() -> [ReadRows] {
        defer { for index in rows.indices { rows[index].removeAll() } }
        return rows
    }
}
