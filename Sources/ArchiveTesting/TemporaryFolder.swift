internal import Foundation

/// A folder of its own for a test, removed with everything in it when the last reference goes.
public final class TemporaryFolder: Sendable {
    public let path: String

    /// - Parameter inMemory: on a file system in memory where there is one (`/dev/shm`): for tests that sync thousands of
    ///   times and do not need a real disk for it.
    public init(inMemory: Bool = false) throws {
        let unique = "credit-archive-test-\(UUID().uuidString.lowercased())"
        let memory = URL(fileURLWithPath: "/dev/shm")
        let usesMemory = inMemory && FileManager.default.isWritableFile(atPath: memory.path)
        path = (usesMemory ? memory : FileManager.default.temporaryDirectory).appendingPathComponent(unique).path
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    /// The path of a file in the folder.
    public func file(_ name: String) -> String { path + "/" + name }
}
