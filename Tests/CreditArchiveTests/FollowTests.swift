import ArchiveTesting
import CreditArchive
import CreditModel
import EventLog
import Foundation
import Projections
import Synchronization
import Testing

/// A replay that waits: every committed entry once, in order, whoever appends it.
@Suite struct FollowTests {
    @Test func everyEntryComesOnceAndInOrderWhileAnotherAppends() async throws {
        let archive = try TestArchive()
        let reader = try await archive.open(.reading)
        let writer = try await archive.open(.writing)
        let recorder = try Recorder(writer, recordedBy: "operator/test")
        async let told = onItsOwnThread {
            var positions: [UInt64] = []
            try Auditor(reader).follow(to: 60) {
                usleep(500)
                return true
            } _: {
                positions.append($0.position)
            }
            return positions
        }
        for number in 1...75 {
            _ = try await recorder.append(cloudEvents: Array(Cloud.batch([Cloud.body(number)]).utf8))
            if number.isMultiple(of: 20) { try writer.projections.fold() }
        }
        #expect(try await told == Array(0...60))
        try writer.close()
    }

    @Test func aBodyIsFollowedWithItsNewCasesAndObservations() async throws {
        let archive = try TestArchive()
        try await archive.load(.bodies, County.path(.bodies))
        let reader = try await archive.open(.reading)
        let id = try Auditor(reader).body(named: "云岭县财政局")
        let filter = ReplayFilter(body: id)
        let start = try await archive.size
        let end = Signal()
        async let told = onItsOwnThread {
            var (told, passes) = ([UInt64](), 0)
            try Auditor(reader).follow(from: start, filter) {
                usleep(1_000)
                // One more look after everything is recorded.
                passes += end.isRaised ? 1 : 0
                return passes < 2
            } _: {
                told.append($0.position)
            }
            return told
        }
        // Each import comes while the follower waits.
        for template in [ImportCompleted.Template.incidents, .dispositions, .observations] {
            try await archive.load(template, County.path(template))
        }
        end.raise()
        let seen = try await told
        var positions: [UInt64] = []
        try await archive.reading { archive in
            try Auditor(archive).replay(from: start, filter) { positions.append($0.position) }
        }
        #expect(seen == positions && positions.count > 30)
    }

    @Test func rangesOutsideTheLogAndUnknownTypesAreRefused() async throws {
        let archive = try TestArchive()
        try await archive.reading { archive in
            let auditor = Auditor(archive)
            func code(_ from: UInt64, _ to: UInt64?, _ type: String? = nil) async -> String? {
                await thrown {
                    try auditor.follow(from: from, to: to, ReplayFilter(type: type), wait: { false }, { _ in })
                }?.code
            }
            #expect(await code(0, nil) == nil)
            #expect(await code(1, nil) == nil)
            #expect(await code(2, nil) == "position-outside")
            #expect(await code(1, 0) == "range-empty")
            #expect(await code(0, .max) == nil)
            #expect(await code(0, nil, "nothing") == "type-unknown")
        }
    }
}

/// Runs what blocks beside the tests: the threads of tasks are few, and none of them may wait.
private func onItsOwnThread<Value: Sendable>(_ body: @escaping @Sendable () throws -> Value) async throws -> Value {
    try await withCheckedThrowingContinuation { continuation in
        Thread.detachNewThread { continuation.resume(with: Result(catching: body)) }
    }
}

/// Says across threads that something is done.
private final class Signal: Sendable {
    private let raised = Atomic<Bool>(false)
    var isRaised: Bool { raised.load(ordering: .acquiring) }
    func raise() { raised.store(true, ordering: .releasing) }
}
