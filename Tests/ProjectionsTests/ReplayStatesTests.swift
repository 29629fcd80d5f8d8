import ArchiveTesting
import CreditArchive
import CreditModel
import EventLog
import Projections
import Testing

/// The state after each entry, against a fold of exactly the entries recorded by then.
@Suite struct ReplayStatesTests {
    private func entries(_ archive: Archive) throws -> [Entry] {
        var entries: [Entry] = []
        try Auditor(archive).replay { entries.append($0) }
        return entries
    }

    /// The state that all entries of a stream up to one leave, folded anew.
    private func expected(_ entry: Entry, _ all: [Entry], _ policy: CreditPolicy) throws -> ReplayStates.State? {
        let known = all.filter { $0.subject == entry.subject && $0.position <= entry.position }
        if entry.subject.family == "case" {
            let facts = try known.compactMap { CaseFact(try $0.event(), position: $0.position) }
            let id = try #require(CaseID(String(entry.subject.name)))
            return try CaseTimeline(facts, under: policy).state.map { .ofCase(id, $0) }
        }
        guard entry.subject.family == "body" else { return nil }
        var history: BodyHistory?
        for item in known {
            switch try item.event() {
            case .bodyRegistered(let data):
                let id = try #require(BodyID(String(entry.subject.name)))
                history = BodyHistory(id: id, registration: data, position: item.position)
            case .bodyChanged(let data): history?.add(data, position: item.position)
            default: break
            }
        }
        return history.map { .ofBody($0.profile()) }
    }

    @Test(arguments: [61, 62] as [UInt64])
    func everyStateIsThatOfTheEntriesRecordedByThen(_ stream: UInt64) async throws {
        let history = try RandomHistory(stream: stream)
        try await history.grow(by: 400)
        let archive = try await history.open(.reading)
        let all = try entries(archive)
        var whole = ReplayStates(archive.projections)
        var states: [ReplayStates.State?] = []
        for entry in all {
            let state = try whole.state(after: entry)
            #expect(try state == expected(entry, all, archive.policy), "position \(entry.position)")
            states.append(state)
        }
        #expect(states[0] == nil && states.compactMap { $0 }.count > 10)
        // Whatever is passed over, and wherever the replay begins.
        var random = SeededGenerator(stream: 300 + stream)
        for share in [2, 5, 20] {
            var some = ReplayStates(archive.projections)
            for entry in all where Int.random(in: 0..<share, using: &random) == 0 {
                #expect(try some.state(after: entry) == states[Int(entry.position)], "one in \(share)")
            }
        }
        // Going back begins anew.
        for entry in all.suffix(30) { _ = try whole.state(after: entry) }
        for entry in all.prefix(60) { #expect(try whole.state(after: entry) == states[Int(entry.position)]) }
    }

    @Test func entriesThatAnotherProcessAppendsSinceAreFoldedToo() async throws {
        let history = try RandomHistory(stream: 63)
        try await history.grow(by: 100)
        let reader = try await history.open(.reading)
        let size = try reader.log.head().size
        try await history.grow(by: 150)
        var states = ReplayStates(reader.projections)
        let all = try await entries(history.open(.reading))
        #expect(all.count > Int(size) + 20)
        // The reader's index ends where the reader was opened.
        for entry in all.suffix(20) {
            #expect(try states.state(after: entry) == expected(entry, all, reader.policy), "\(entry.position)")
        }
    }
}
