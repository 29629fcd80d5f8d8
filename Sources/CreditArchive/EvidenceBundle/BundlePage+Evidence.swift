internal import CanonicalJSON
internal import CreditModel
internal import EventLog
internal import Schema
internal import TransparencyLog

// The second half of the page: sealed texts, attachments, proof, how to check, and what none of it proves.
extension BundlePage {
    var sealed: HTML {
        let rows: [HTML] = contents.sealedTexts.map { text in
            let detail: HTML =
                if case .erased(let position, let basis) = text.state { "位置 \(position)；\(basis)" } else { "" }
            return """
                <tr><td class="number">\(text.place.position)</td><td class="mono fixed">\(text.place.pointer)</td>\
                <td>\(BundlePage.tag(text.state)) \(detail)</td>\
                <td class="mono">\(Base64URL.encode(text.field.commitment.bytes))</td></tr>

                """
        }
        return """
            <section>
            <h2>密封的文本 <i lang="en">Sealed texts</i></h2>
            <p>失信事实、说明等文字加密存入日志，条目里只有密文和承诺值。未公开的，本包不含其内容；公开的，任何人可用随附的盐值重算承诺值，\
            证明它就是当时收录的原文；已依法抹除的，密钥已销毁，谁也无法恢复，抹除本身留有记录。<span class="en" lang="en">Free \
            text stands encrypted in the log, with a commitment. What is not opened is not in this bundle. What is opened can \
            be checked by anybody against its commitment. What was lawfully erased cannot be brought back by anyone, and the \
            erasure itself is on record.</span></p>
            \(BundlePage.table(
                "<th class=\"number\">位置</th><th>字段 field</th><th>状态 state</th><th>承诺值 commitment</th>", rows,
                none: "没有密封的文本 none"))</section>

            """
    }

    var attachments: HTML {
        let rows: [HTML] = contents.attachments.map { item in
            let isIncluded = contents.included.contains(item.evidence.digest)
            let file: HTML =
                isIncluded
                ? "<span class=\"mono\">\(BundleLayout.attachments)/\(BundleLayout.attachment(item.evidence.digest))</span>"
                : "<span class=\"none\">未随附 not included</span> <span class=\"mono\">\(item.evidence.digest)</span>"
            return """
                <tr><td class="name">\(item.evidence.name)</td><td class="number">\(item.evidence.size)</td>\
                <td class="number">\(item.positions.map { String($0) }.joined(separator: ", "))</td><td>\(file)</td></tr>

                """
        }
        return """
            <section>
            <h2>附件 <i lang="en">Attachments</i></h2>
            <p class="none">文件以其 SHA-256 为名；打开前请先核验，并用对应的程序打开。 <i lang="en">Each file is named by its \
            SHA-256; verify before you open it.</i></p>
            \(BundlePage.table(
                "<th>名称 name</th><th class=\"number\">字节 bytes</th><th class=\"number\">位置</th><th>文件 file</th>", rows,
                none: "没有附件 none"))</section>

            """
    }

    var proof: HTML {
        let rows: [HTML] = contents.entries.map { item in
            """
            <tr><td class="number">\(item.entry.position)</td><td class="fixed">\(item.event.type.chinese)</td>\
            <td class="mono">\(item.entry.subject.text) #\(item.entry.sequence)</td>\
            <td class="mono">\(MerkleHash.leaf(item.entry.bytes).base64)</td></tr>

            """
        }
        let earlier: HTML =
            contents.consistency.isEmpty
            ? ""
            : """
            <p>本检查点与先前检查点（大小 \(contents.consistency.map { String($0.size) }.joined(separator: "、"))）的一致性证明在 \
            <span class="mono">\(BundleLayout.consistency)/</span>。<i lang="en">Consistency proofs from earlier \
            checkpoints.</i></p>

            """
        return """
            <section>
            <h2>证明材料 <i lang="en">What proves it</i></h2>
            <p>检查点：日志 <span class="mono">\(contents.checkpoint.origin)</span>，共 \(contents.checkpoint.size) 条，树根 \
            <span class="mono">\(contents.checkpoint.root.base64)</span>，由上述密钥签名。每条的收据在 \
            <span class="mono">\(BundleLayout.receipts)/位置.tlog-proof</span>，内含条目原文（C2SP tlog-proof）。\
            <i lang="en">The checkpoint signs the tree; each receipt holds the entry's exact bytes and leads to that \
            root.</i></p>
            \(earlier)\(BundlePage.table(
                "<th class=\"number\">位置</th><th>类型 type</th><th>流与版本 stream, version</th><th>叶哈希 leaf hash</th>",
                rows, none: "—"))</section>

            """
    }

    static func table(_ head: HTML, _ rows: [HTML], none: String) -> HTML {
        rows.isEmpty
            ? "<p class=\"none\">\(none)</p>\n"
            : "<table>\n<thead><tr>\(head)</tr></thead>\n<tbody>\n\(rows)</tbody>\n</table>\n"
    }

    var check: HTML {
        """
        <section>
        <h2>怎样核验 <i lang="en">How to check</i></h2>
        <h3>用本系统的程序 <i lang="en">With our program</i></h3>
        <ol class="steps">
        <li>从公布渠道取得验证密钥，与上面的指纹核对。<i lang="en">Get the verifier key elsewhere and compare its fingerprint.</i></li>
        <li>在本文件夹所在处运行（不需要档案库，也不联网） <i lang="en">run, without archive or network:</i>
        <pre>credit-archive verify-bundle 文件夹 --key "验证密钥"</pre></li>
        <li>手头若有先前公布的检查点，加 <code>--against 检查点文件</code>，可知历史有没有被改写。\
        <i lang="en">With an earlier published checkpoint, add --against: it tells whether history was rewritten.</i></li>
        </ol>
        <h3>不用本系统的程序 <i lang="en">Without our program</i></h3>
        <ol class="steps">
        <li><b>检查点</b> <i lang="en">checkpoint</i>：文件 <code>checkpoint</code> 前三行依次是日志名称、条目总数、树根；空行后是签名。\
        验证密钥的形式是 <code>名称+编号+base64(01 ‖ 公钥)</code>；签名行 base64 解码后，前 4 字节是编号，其余是对前三行（含换行）的 Ed25519 签名\
        （C2SP signed-note、tlog-checkpoint；Go 的 golang.org/x/mod/sumdb/note 可直接读取）。\
        <span class="en" lang="en">Three lines, a blank line, the signature: name of the log, number of entries, \
        root. A signature is four bytes of key id and Ed25519 over the three lines; Go&#39;s sumdb/note reads it as \
        it is.</span></li>
        <li><b>收据</b> <i lang="en">receipts</i>：<code>extra</code> 行 base64 解码即条目原文；叶哈希 = SHA-256(00 ‖ 原文)。\
        按 <code>index</code> 与其后各行哈希，依 RFC 9162 §2.1.3.2 逐级求 SHA-256(01 ‖ 左 ‖ 右)，须得到检查点的树根。\
        <span class="en" lang="en">The line <code>extra</code> is the entry in base64; its leaf hash is SHA-256(00 ‖ \
        entry); <code>index</code> and the hashes lead to the root as RFC 9162 section 2.1.3.2 says.</span></li>
        <li><b>无缺号</b> <i lang="en">no gaps</i>：<code>subject</code> 为 <code>case/\(contents.caseID.text)</code> 的条目，\
        <code>sequence</code> 须为 0、1、2……连续。\
        <span class="en" lang="en">The entries of the case are numbered 0, 1, 2, … without a gap.</span></li>
        <li><b>公开的文本</b> <i lang="en">opened texts</i>：<code>bundle.json</code> 的 <code>opened</code> 给出位置、字段、盐值和原文。\
        对盐值、字段名、原文的 JSON 形式（各自前置 4 字节长度，高位在前）求 SHA-256，须等于条目中该字段的 <code>cm</code>。\
        <span class="en" lang="en">SHA-256 over salt, pointer and JSON of the text, each behind its length in four \
        bytes, is the <code>cm</code> in the entry.</span></li>
        <li><b>附件</b> <i lang="en">attachments</i>：<code>sha256sum attachments/*</code>，须等于文件名，并等于条目所列摘要。\
        <span class="en" lang="en">The SHA-256 of each file is its name, and an entry names it.</span></li>
        </ol>
        <p>以上各步写成一段 Python，可另存为 <code>check_bundle.py</code>，运行 \
        <code>python3 check_bundle.py 文件夹 "验证密钥"</code>（签名一步需要 <code>cryptography</code> 包）。读懂它，比相信它更可靠。\
        <i lang="en">The same steps in Python; to read it is better than to trust it.</i></p>
        <pre id="script">\(Schema.bundleCheck)</pre>
        </section>

        """
    }

    var limits: HTML {
        let last = contents.entries(.caseEntry).count - 1
        return """
            <section>
            <h2>本包不能证明什么 <i lang="en">What this does not prove</i></h2>
            <ul class="limits">
            <li>本包给出本事项第 0 至第 \(last) 版条目，中间没有缺号；但单凭本包不能证明此后没有第 \(last + 1) 版。要查全，请向日志主办单位索取\
            完整导出（export）核对。<span class="en" lang="en">Versions 0 to \(last) are here without a gap; the bundle cannot \
            prove that there is no version \(last + 1). For that, ask for the whole log.</span></li>
            <li>收据证明条目自检查点签名之日起原样在日志之中，不证明条目所述属实，也不证明收录时间；收录时间是日志自己所记。\
            <span class="en" lang="en">Receipts prove that the entries are in the log unaltered, not that what they say is \
            true, nor when they were recorded: that time is the log's own word.</span></li>
            <li>未公开的密封文本，本包一概不表；日后若有人出示，可凭承诺值判断真伪。<span class="en" lang="en">Of texts that \
            stay sealed it says nothing; one that is shown later can be held against its commitment.</span></li>
            </ul>
            </section>

            """
    }
}
