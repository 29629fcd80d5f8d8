internal import CreditArchive
internal import Foundation
internal import HTTPTypes
internal import Hummingbird
internal import NIOCore

/// A body of any size on its way into a file, piece by piece: memory does not grow with it.
struct Upload: Sendable {
    /// Removed by whoever has the folder.
    let folder: String
    var path: String { folder + "/upload" }

    /// Receives the body. Throws 413 beyond the bound, 503 where the disk does not take it.
    init(_ call: APICall, upTo limit: Int) async throws {
        folder =
            FileManager.default.temporaryDirectory
            .appendingPathComponent("credit-archive-upload-\(UUID().uuidString.lowercased())").path
        if let length = call.header(.contentLength).flatMap({ Int($0) }), length > limit {
            throw ServiceError.tooLarge(limit)
        }
        try FileManager.default.createDirectory(
            atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        do { try await receive(call, limit) } catch {
            discard()
            throw error
        }
    }

    private func receive(_ call: APICall, _ limit: Int) async throws {
        let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw Upload.failed(errno) }
        defer { Foundation.close(descriptor) }
        var count = 0
        var buffer: [UInt8] = []
        for try await piece in call.request.body {
            count += piece.readableBytes
            guard count <= limit else { throw ServiceError.tooLarge(limit) }
            buffer.append(contentsOf: piece.readableBytesView)
            guard buffer.count >= 1 << 18 else { continue }
            let full = buffer
            try await call.blocking { try Upload.write(full, to: descriptor) }
            buffer.removeAll(keepingCapacity: true)
        }
        let rest = buffer
        try await call.blocking { try Upload.write(rest, to: descriptor) }
    }

    private static func write(_ bytes: [UInt8], to descriptor: Int32) throws {
        var offset = 0
        while offset < bytes.count {
            let count = bytes.withUnsafeBytes {
                Foundation.write(descriptor, $0.baseAddress.map { $0 + offset }, bytes.count - offset)
            }
            guard count > 0 else { throw failed(errno) }
            offset += count
        }
    }

    private static func failed(_ number: Int32) -> ServiceError {
        let reason = String(cString: strerror(number))
        return ServiceError(
            .serviceUnavailable, "storage-failed", chinese: "无法暂存上传的文件：\(reason)",
            english: "the upload cannot be kept: \(reason)", headers: [.retryAfter: "5"])
    }

    func discard() { try? FileManager.default.removeItem(atPath: folder) }
}
