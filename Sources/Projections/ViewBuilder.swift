internal import CreditModel
internal import EventLog
internal import Foundation
internal import GRDB
internal import SQLiteSupport

/// Fills a generation from decoded facts: bodies in pages, folded in memory on several threads, every row written once
/// and in order of its key by the calling thread.
///
/// Memory: some pages of rows, and of the facts one case a thread. A page holds ``bodiesPerPage`` bodies, so the largest
/// bodies bound it.
struct ViewBuilder {
    let facts: FactStore
    let policy: CreditPolicy
    let workers: Int
    let control: RebuildControl

    private static let bodiesPerPage = 32

    private struct Page: Sendable {
        var bodies: [BodyID]
        var rows: [ReadRows]
        var stops: [ProjectionStop?]
        var facts: Int
    }

    /// Folds the prefix of the log that ends at `head` for these bodies, and puts the cursor there.
    ///
    /// - Parameters:
    ///   - replacing: remove what is there of each body first; else the tables are emptied.
    ///   - progress: facts folded so far, and the projections that stopped.
    /// - Returns: the number of facts folded.
    func fill(
        _ store: ReadStore, _ projections: [any Projection], of bodies: [(number: Int64, id: BodyID)],
        replacing: Bool, at head: LogHead, progress: (UInt64, [ProjectionStop]) throws -> Void
    ) throws -> UInt64 {
        var folded: UInt64 = 0
        var total = SubjectFold(projections, under: policy)
        try store.file.advance(from: store.file.cursor(), to: head) { db in
            if !replacing { try store.reset(projections, db) }
            let count = (bodies.count + ViewBuilder.bodiesPerPage - 1) / ViewBuilder.bodiesPerPage
            try OrderedPages.run(count: count, workers: workers, worker: worker(projections, bodies, head)) { page in
                try control.check()
                if replacing { try delete(page.bodies, from: projections, db) }
                total.note(page.stops)
                // What is written of a projection that stops later is not served.
                for (index, projection) in projections.enumerated() where total.stops[index] == nil {
                    try db.insert(page.rows[index], into: projection.table)
                }
                folded += UInt64(page.facts)
                try progress(folded, total.stops.compactMap { $0 })
            }
            for stop in total.stops.compactMap({ $0 }) { try ReadStore.note(stop, db) }
        }
        return folded
    }

    private func delete(_ bodies: [BodyID], from projections: [any Projection], _ db: Database) throws {
        for projection in projections {
            let delete = try db.cachedStatement(sql: projection.table.deleteBody)
            for id in bodies { try delete.execute(arguments: [id.text]) }
        }
    }

    /// Folds pages on a thread of its own, over a connection of its own.
    private func worker(
        _ projections: [any Projection], _ bodies: [(number: Int64, id: BodyID)], _ head: LogHead
    ) -> @Sendable () throws -> (Int) throws -> Page {
        { [path = facts.file.path, policy, control] in
            guard let facts = try FactStore.readable(path: path) else { throw FactStore.damaged }
            var fold = SubjectFold(projections, under: policy)
            return { number in
                try control.check()
                let first = number * ViewBuilder.bodiesPerPage
                let range = first..<min(first + ViewBuilder.bodiesPerPage, bodies.count)
                var page = Page(bodies: [], rows: projections.map { ReadRows($0.table) }, stops: [], facts: 0)
                for (number, id) in bodies[range] {
                    page.facts += try facts.forEachSubject(of: number, id, before: head.size, under: policy) {
                        subject in
                        switch subject {
                        case .body(let history): fold.add(history)
                        case .item(let item): fold.add(item)
                        }
                    }
                    for (index, rows) in fold.takeRows().enumerated() {
                        page.rows[index].append(rows, sorted: projections[index].table.subject == .cases)
                    }
                    page.bodies.append(id)
                }
                page.stops = fold.stops
                return page
            }
        }
    }
}
