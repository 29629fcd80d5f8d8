internal import CreditModel
internal import Foundation
internal import TransparencyLog

/// The key that signs: where it is, who can read it, and what the log says of it.
extension Examination {
    func signingKey(_ archive: Archive) throws -> Finding {
        if let pending = try archive.pendingRotation() {
            return (false, pending.underWay.chinese, pending.underWay.english)
        }
        // Throws what to do where it is missing, damaged or another archive's.
        let (key, path) = try archive.signingKeyFile()
        for (place, change) in [(path, "chmod 600"), (folder.keys, "chmod 700")]
        where try mode(of: place) & 0o077 != 0 {
            return (false, "\(place) 他人可读；请运行 \(change)", "\(place) is readable by others; run \(change)")
        }
        guard path == folder.signingKey else {
            return (
                false, "换钥已经生效而新密钥尚未就位；请再次运行 keys rotate",
                "a change of key is in force and the new key has not come to its place; run keys rotate again"
            )
        }
        if FileManager.default.fileExists(atPath: folder.replacedSigningKey) {
            return (
                false, "\(folder.replacedSigningKey) 是更换形式前的密钥，尚未抹除；请再次运行同一条 keys 命令",
                "\(folder.replacedSigningKey) is the key before it was put into another form, and is not overwritten yet; "
                    + "run the same keys command again"
            )
        }
        return try told(key)
    }

    private func told(_ key: SigningKeyFile) throws -> Finding {
        let verifier = key.verifier.string
        switch key {
        case .plain:
            return (
                true, "\(verifier)，未加密（可用 keys encrypt 加口令）",
                "\(verifier), not encrypted (keys encrypt puts it under a passphrase)"
            )
        case .encrypted: return (true, "\(verifier)，已用口令加密", "\(verifier), under a passphrase")
        case .command(let command):
            let program = command.arguments[0]
            guard access(program, X_OK) == 0 else {
                return (
                    false, "签名命令 \(program) 不存在或不可执行，不能签发检查点；请恢复该程序，或重新运行 keys use-command",
                    "the signing command \(program) is missing or cannot be run, so nothing can be signed; put it back, or "
                        + "run keys use-command again"
                )
            }
            return (true, "\(verifier)，由命令 \(program) 签名", "\(verifier), signed with by \(program)")
        }
    }

    private func mode(of path: String) throws -> Int {
        let attributes = try FileManager.default.attributesOfItem(atPath: path)
        return (attributes[.posixPermissions] as? NSNumber)?.intValue ?? 0
    }

    /// What the log says of changes of the key: an outsider has to have been told of a lost or compromised one.
    func keyChanges(_ archive: Archive) -> Finding {
        let changes = archive.origins.filter { $0.cause != nil }
        guard let last = changes.last, let cause = last.cause else { return (true, "未换过", "none") }
        let word = (cause.rawValue, cause.english)
        guard changes.contains(where: { $0.cause != .scheduled }) else {
            return (
                true, "\(changes.count) 次，最近在位置 \(last.position)（\(word.0)）",
                "\(changes.count), the last at position \(last.position) (\(word.1))"
            )
        }
        return (
            true, "\(changes.count) 次，最近在位置 \(last.position)（\(word.0)）；丢失或泄露后的新密钥须另行公布，核验方须自行指定",
            "\(changes.count), the last at position \(last.position) (\(word.1)); the new key after a loss or compromise has "
                + "to be published, and whoever verifies has to pin it"
        )
    }
}
