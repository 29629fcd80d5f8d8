import ArchiveTesting
import Foundation
import Synchronization

/// Bodies registered over many connections at once, until it is told to stop or the service ends.
final class ServiceLoad: Sendable {
    private struct State {
        var acknowledged: [Int: Int] = [:]
        var next: Int
        var isStopped = false
        var refused = 0
    }

    private let state: Mutex<State>
    private let group = DispatchGroup()
    private let bodies: Int

    /// - Parameters:
    ///   - first: the number of the first body.
    ///   - bodies: how many there are; what is sent after the last are the first ones again.
    ///   - pauseMicroseconds: after each answer.
    init(
        _ port: Int, connections: Int, from first: Int = 1, bodies: Int = .max, pauseMicroseconds: UInt32 = 0
    ) {
        self.bodies = bodies
        state = Mutex(State(next: first))
        for _ in 0..<connections {
            group.enter()
            Thread.detachNewThread { [self] in
                run(port, pauseMicroseconds)
                group.leave()
            }
        }
    }

    private func run(_ port: Int, _ pause: UInt32) {
        guard let connection = KeptConnection(port) else { return }
        while let number = take() {
            let answer = connection.request(
                "POST", "/v1/events", Array(ServedProgram.body(number).utf8),
                ["Content-Type": "application/cloudevents+json"])
            guard let answer else { return }
            guard answer.status == 201 || answer.status == 200 else {
                state.withLock { $0.refused += 1 }
                return
            }
            let object = try? JSONSerialization.jsonObject(with: Data(answer.body)) as? [String: Any]
            if let position = object?["position"] as? Int { state.withLock { $0.acknowledged[number] = position } }
            if answer.headers["connection"] == "close" { return }
            if pause > 0 { usleep(pause) }
        }
    }

    private func take() -> Int? {
        state.withLock { state in
            guard !state.isStopped else { return nil }
            defer { state.next += 1 }
            return state.next % bodies
        }
    }

    var count: Int { state.withLock { $0.acknowledged.count } }

    /// Waits until so many are recorded.
    func wait(for count: Int) { while self.count < count { usleep(2_000) } }

    func stop() -> [Int: Int] {
        state.withLock { $0.isStopped = true }
        return join()
    }

    /// Waits until every connection has ended; the positions of the bodies by their numbers.
    func join() -> [Int: Int] {
        group.wait()
        return state.withLock { $0.acknowledged }
    }
}
